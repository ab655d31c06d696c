#!/usr/bin/env bash
# A throw-away Elasticsearch on loopback, from the integ-test-zip on Maven Central.
#
#   elasticsearch.sh fetch|start|stop|status|url|log|start-node N|stop-node N|kill-node N|wipe
#
# Settings (environment):
#   ES_VERSION   (by the JDK)     9.5.0 with JDK 21 or newer, else 8.19.8 (JDK 17)
#   ES_PORT      9200             HTTP port of node 1; node i gets ES_PORT+i-1, transport ES_PORT+100+i-1
#   ES_NODES     1                1..5; above 1 a real cluster is formed (needed for a failover test: 3)
#   ES_HEAP      512m             -Xms and -Xmx of each node
#   ES_DATA      /tmp/es-$ES_PORT config, data, logs and pid files of this instance
#   ES_DIST      /var/tmp/es-dist unpacked distributions, shared by instances, read-only at run time
#   ES_PASSWORD  (empty)          set: security on, user `elastic` has this password; empty: security off
#   ES_RUN_AS    nobody           the user that runs it when this script is started by root
#   ES_JAVA_HOME (found)          a JDK; ES_WAIT 120 seconds to wait for green/yellow
set -Eeuo pipefail
umask 022

ES_VERSION=${ES_VERSION:-} ES_PORT=${ES_PORT:-9200} ES_NODES=${ES_NODES:-1} ES_HEAP=${ES_HEAP:-512m}
ES_DATA=${ES_DATA:-/tmp/es-$ES_PORT} ES_DIST=${ES_DIST:-/var/tmp/es-dist} ES_PASSWORD=${ES_PASSWORD:-}
ES_RUN_AS=${ES_RUN_AS:-nobody} ES_WAIT=${ES_WAIT:-120}

die() { echo "elasticsearch.sh: $*" >&2; exit 1; }
say() { echo "elasticsearch.sh: $*" >&2; }
[[ -z $ES_VERSION || $ES_VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "bad ES_VERSION $ES_VERSION"
[[ $ES_PORT =~ ^[0-9]+$ && $ES_PORT -ge 1024 && $ES_PORT -le 65000 ]] || die "bad ES_PORT $ES_PORT"
[[ $ES_NODES =~ ^[1-5]$ ]] || die "bad ES_NODES $ES_NODES"
[[ $ES_DATA == /?*/?* ]] || die "ES_DATA must be an absolute path below a folder: $ES_DATA"

# As root, run a command as ES_RUN_AS (Elasticsearch refuses to run as root); otherwise as we are.
asuser() {
  if [[ $(id -u) == 0 ]]; then
    setpriv --reuid="$(id -u "$ES_RUN_AS")" --regid="$(id -g "$ES_RUN_AS")" --clear-groups env HOME="$ES_DATA" "$@"
  else "$@"; fi
}
own() { if [[ $(id -u) == 0 ]]; then chown -R "$ES_RUN_AS:$(id -gn "$ES_RUN_AS")" "$@"; fi; }

# The highest language level a JDK speaks, 0 if it is none.
level() { local v; v=$("$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.specification.version = //p'); [[ $v =~ ^[0-9]+$ ]] && echo "$v" || echo 0; }

# The first JDK of at least level $1 (and below $2, unless it was named by ES_JAVA_HOME).
jdk() {
  local c v
  for c in "${ES_JAVA_HOME:-}" /usr/lib/jvm/*-jdk-* /usr/lib/jvm/java-* "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")"; do
    [[ -n $c && -x $c/bin/java ]] || continue
    v=$(level "$c"); [[ $v -ge $1 ]] || continue
    [[ $v -lt $2 || $c == "${ES_JAVA_HOME:-}" ]] && { echo "$c"; return 0; }
  done
  return 1
}
if [[ -z $ES_VERSION ]]; then if jdk 21 99 >/dev/null; then ES_VERSION=9.5.0; else ES_VERSION=8.19.8; fi; fi
GAV=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$ES_VERSION:zip

# 8.x is not tested by its makers on the newest JDKs.
java_home() {
  if [[ ${ES_VERSION%%.*} -ge 9 ]]; then jdk 21 99; else jdk 17 25; fi || die "no JDK $([[ ${ES_VERSION%%.*} -ge 9 ]] && echo 21 || echo 17) or newer found for Elasticsearch $ES_VERSION; set ES_JAVA_HOME"
}

dist() { echo "$ES_DIST/elasticsearch-$ES_VERSION"; }

fetch() {
  local d zip tmp; d=$(dist)
  [[ -f $d/.complete ]] && return 0
  command -v mvn >/dev/null || die "mvn is needed for the first download"
  mkdir -p "$ES_DIST"; exec 9>"$ES_DIST/.lock"; flock -w 600 9 || die "another download holds $ES_DIST/.lock"
  if [[ ! -f $d/.complete ]]; then
    say "fetching $GAV"
    tmp=$(mktemp -d "$ES_DIST/.tmp.XXXXXX")
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get -Dartifact="$GAV" -Dtransitive=false >"$tmp/mvn.log" 2>&1 ||
      { tail -5 "$tmp/mvn.log" >&2; rm -rf "$tmp"; die "could not fetch $GAV"; }
    zip="${MAVEN_REPO_LOCAL:-$HOME/.m2/repository}/org/elasticsearch/distribution/integ-test-zip/elasticsearch/$ES_VERSION/elasticsearch-$ES_VERSION.zip"
    [[ -s $zip ]] || die "mvn said yes but $zip is not there (set MAVEN_REPO_LOCAL)"
    python3 - "$zip" "$tmp" <<'PY'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:          # unzip may not be installed; zipfile drops the mode bits
    bad = z.testzip()
    if bad: sys.exit("damaged zip: " + bad)
    for i in z.infolist():
        p = z.extract(i, sys.argv[2]); mode = i.external_attr >> 16 & 0o777
        os.chmod(p, 0o755 if i.is_dir() or mode & 0o100 or "/bin/" in i.filename else 0o644)
PY
    rm -rf "$d"; mv "$tmp/elasticsearch-$ES_VERSION" "$d"; chmod -R a+rX "$d"; touch "$d/.complete"; rm -rf "$tmp"
  fi
  exec 9>&-
}

port_of() { echo $((ES_PORT + $1 - 1)); }
pidfile() { echo "$ES_DATA/node$1/pid"; }
# The pid of node $1 if it runs and is ours (its command line names our own config folder), else nothing.
pid_of() {
  local p f; f=$(pidfile "$1"); [[ -s $f ]] || return 0
  p=$(<"$f"); [[ $p =~ ^[0-9]+$ && -r /proc/$p/cmdline ]] || return 0
  if tr '\0' '\n' <"/proc/$p/cmdline" 2>/dev/null | grep -qxF -- "-Des.path.conf=$ES_DATA/node$1/config" ||
     tr '\0' '\n' <"/proc/$p/environ" 2>/dev/null | grep -qxF -- "ES_PATH_CONF=$ES_DATA/node$1/config"; then echo "$p"; fi
}
curl_es() { # path [curl options]
  local path=$1; shift
  local auth=(); [[ -n $ES_PASSWORD ]] && auth=(-u "elastic:$ES_PASSWORD")
  curl -sS --noproxy '*' -m 10 "${auth[@]}" "$@" "http://127.0.0.1:${CURL_PORT:-$ES_PORT}$path"
}

start_node() {
  local n=$1 d="$ES_DATA/node$1" i seeds="" names="" jh; jh=$(java_home)
  if [[ -n $(pid_of "$n") ]]; then say "node $n already runs, pid $(pid_of "$n")"; return 0; fi
  if (exec 3<>"/dev/tcp/127.0.0.1/$(port_of "$n")") 2>/dev/null; then die "port $(port_of "$n") is taken by another process"; fi
  mkdir -p "$d"/{config,data,logs,tmp}; rm -f "$d/pid"
  cp -R "$(dist)/config/." "$d/config/"
  for ((i = 1; i <= ES_NODES; i++)); do seeds+="\"127.0.0.1:$((ES_PORT + 100 + i - 1))\","; names+="\"node$i\","; done
  {
    echo "cluster.name: es-$ES_PORT"
    echo "node.name: node$n"
    echo "network.host: 127.0.0.1"
    echo "http.port: $(port_of "$n")"
    echo "transport.port: $((ES_PORT + 100 + n - 1))"
    echo "path.data: $d/data"
    echo "path.logs: $d/logs"
    echo "cluster.routing.allocation.disk.threshold_enabled: false"   # a shared disk may be over 85% full
    echo "action.destructive_requires_name: true"
    if [[ $ES_NODES == 1 ]]; then echo "discovery.type: single-node"; else
      echo "discovery.seed_hosts: [${seeds%,}]"
      echo "cluster.initial_master_nodes: [${names%,}]"
    fi
    if [[ -n $ES_PASSWORD ]]; then
      echo "xpack.security.enabled: true"; echo "xpack.security.autoconfiguration.enabled: false"
      if [[ $ES_NODES != 1 ]]; then
        # a form-a-cluster-with-security needs transport TLS: one self-signed pair shared by all nodes
        echo "xpack.security.transport.ssl.enabled: true"
        echo "xpack.security.transport.ssl.verification_mode: certificate"
        echo "xpack.security.transport.ssl.key: transport.key"
        echo "xpack.security.transport.ssl.certificate: transport.crt"
        echo "xpack.security.transport.ssl.certificate_authorities: [transport.crt]"
      fi
    else echo "xpack.security.enabled: false"; fi
  } >"$d/config/elasticsearch.yml"
  if [[ -s $ES_DATA/transport.key ]]; then cp "$ES_DATA"/transport.{key,crt} "$d/config/"; fi
  own "$d"
  local e=(ES_JAVA_HOME="$jh" ES_PATH_CONF="$d/config" ES_TMPDIR="$d/tmp" ES_JAVA_OPTS="-Xms$ES_HEAP -Xmx$ES_HEAP ${ES_JAVA_OPTS_EXTRA:-}")
  if [[ -n $ES_PASSWORD && ! -f $d/config/elasticsearch.keystore ]]; then
    printf '%s' "$ES_PASSWORD" | asuser env "${e[@]}" "$(dist)/bin/elasticsearch-keystore" add --silent --force --stdin bootstrap.password >/dev/null ||
      die "could not write the keystore"
  fi
  # -d returns when the node has started, or with its error; -p gives the pid of the server itself
  if ! (cd "$d" && asuser env "${e[@]}" "$(dist)/bin/elasticsearch" -d -p "$d/pid" >"$d/logs/start.log" 2>&1 9>&-); then
    tail -25 "$d/logs/start.log" >&2; die "node $n did not start"
  fi
}

wait_ready() {
  local t=$((SECONDS + ES_WAIT)) out="" n=$1
  while ((SECONDS < t)); do
    out=$(curl_es "/_cluster/health?wait_for_nodes=%3E%3D$n&wait_for_status=yellow&timeout=5s" 2>/dev/null || true)
    [[ $out == *'"timed_out":false'* && $out =~ \"status\":\"(green|yellow)\" ]] && return 0
    [[ $out == *security_exception* ]] && die "security refused us (is ES_PASSWORD that of the data in $ES_DATA?): $out"
    sleep 0.3
  done
  die "not ready after ${ES_WAIT}s: ${out:-no answer}"
}

start() {
  fetch; mkdir -p "$ES_DATA"
  [[ $(id -u) == 0 ]] && { chown "$ES_RUN_AS" "$ES_DATA"; }
  exec 8>"$ES_DATA/.lock"; flock -w 300 8 || die "another start holds $ES_DATA/.lock"
  if [[ -n $ES_PASSWORD && $ES_NODES != 1 && ! -s $ES_DATA/transport.key ]]; then  # once, before the nodes start side by side
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=es-$ES_PORT" -addext "subjectAltName=IP:127.0.0.1" \
      -keyout "$ES_DATA/transport.key" -out "$ES_DATA/transport.crt" 2>/dev/null || die "openssl is needed for a secured cluster"
  fi
  local i pids=() rc=0
  # all nodes of a new cluster must come up together: each waits for a master
  for ((i = 1; i <= ES_NODES; i++)); do start_node "$i" 8>&- & pids+=($!); done
  for i in "${pids[@]}"; do wait "$i" || rc=1; done
  exec 8>&-
  [[ $rc == 0 ]] || { stop; exit 1; }
  wait_ready "$ES_NODES"; status
}

stop_node() { # n [signal]
  local p t; p=$(pid_of "$1"); [[ -n $p ]] || return 0
  kill "-${2:-TERM}" "$p" 2>/dev/null || true
  t=$((SECONDS + 30))
  while kill -0 "$p" 2>/dev/null && [[ $(awk '{print $3}' "/proc/$p/stat" 2>/dev/null) != Z ]]; do
    ((SECONDS < t)) || { say "node $1 (pid $p) did not stop in 30 s: KILL"; kill -KILL "$p" 2>/dev/null || true; sleep 0.5; break; }
    sleep 0.1
  done
  rm -f "$(pidfile "$1")"
}
stop() { local d; for d in "$ES_DATA"/node*; do [[ -d $d ]] && stop_node "${d##*/node}" & done; wait; }

status() {
  local i p up=0
  for ((i = 1; i <= ES_NODES; i++)); do
    p=$(pid_of "$i"); if [[ -n $p ]]; then up=1; echo "node$i pid $p http://127.0.0.1:$(port_of "$i")"; else echo "node$i down"; fi
  done
  ((up)) || return 3
  for ((i = 1; i <= ES_NODES; i++)); do
    [[ -n $(pid_of "$i") ]] && { CURL_PORT=$(port_of "$i") curl_es "/_cluster/health?filter_path=status,number_of_nodes,active_shards" && echo; return 0; }
  done
}

cmd=${1:-status}; shift || true
case $cmd in
  fetch) fetch; dist ;;
  start) start ;;
  stop) stop ;;
  restart) stop; start ;;
  status) status ;;
  url) echo "http://127.0.0.1:$ES_PORT" ;;
  log) cat "$ES_DATA"/node*/logs/*.log ;;
  pid) pid_of "${1:-1}" ;;
  start-node) start_node "${1:?node number}" ;;
  stop-node) stop_node "${1:?node number}" ;;
  kill-node) stop_node "${1:?node number}" KILL ;;   # a crash: no clean leave
  wipe) stop; [[ -d $ES_DATA/node1 ]] && rm -rf "$ES_DATA"; true ;;
  *) sed -n '2,18p' "$0"; exit 2 ;;
esac
