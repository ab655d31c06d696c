// What became of a selection after it: judgements, succession, the award. Each entry must follow from those before.

import { alike, byBytes } from "./bytes.js";
import { ableOf, carryOut } from "./methods.js";

export class Wrong extends Error {
  constructor(zh, en) {
    super(en);
    this.words = { zh, en };
  }
}

export function must(holds, zh, en) {
  if (!holds) throw new Wrong(zh, en);
}

// The case in which these low prices are rejected and these responses ineligible; codes and nonce stay.
function judgedAnew(c, rejected, ineligible) {
  const quotes = c.quotes.map((quote) => {
    const made = { ...quote };
    if (ineligible.has(quote.agency) && quote.status === "ok") made.status = "ineligible";
    if (quote.rejected || rejected.includes(quote.agency)) made.rejected = true;
    return made;
  });
  return { ...c, quotes: quotes.sort((a, b) => byBytes(a.agency, b.agency)) };
}

export class Story {
  constructor() {
    this.case = null;
    this.outcome = null;
    this.current = null; // who would win now
    this.gone = new Set();
    this.asked = null;
    this.ended = false;
    this.awards = 0;
  }

  tell(action, data) {
    const act = ACTS[action];
    if (!act) return;
    must(!this.ended, "采购已经终止，之后又有这一条。", "The purchase had ended, and yet this entry follows.");
    act(this, data);
  }

  judge(c, outcome) {
    this.case = c;
    this.outcome = carryOut(c);
    must(alike(this.outcome, outcome), "重新计算的排名与公布的不同。", "The ranking, recomputed, is not the published one.");
    this.current = this.outcome.winners[0] ?? null;
  }

  // Whether the buyer picks from the ranking.
  get isShortlist() {
    return this.outcome?.status === "selected" && this.outcome.winners.length === 0;
  }

  passOver(data) {
    must(this.current !== null, "没有可以被替换的中选机构。", "There is no winner who could be passed over.");
    const { passed_over: passed, next } = data;
    if (this.isShortlist) {
      must(alike(passed, [this.current]) && next === null, "被越过的不是择定的机构。", "Who was passed over is not the one that was picked.");
      this.gone.add(this.current);
      this.current = null;
      return;
    }
    const able = ableOf(this.outcome).filter((code) => !this.gone.has(code) && code !== this.current);
    const line = [this.current, ...able];
    must(passed.length && alike(passed, line.slice(0, passed.length)), "被越过的不是排名中依次的机构。", "Those passed over are not the next in the ranking.");
    must(alike(next, line[passed.length] ?? null), "递补的不是排名中的下一家。", "Who comes after is not the next in the ranking.");
    passed.forEach((code) => this.gone.add(code));
    this.current = next;
  }
}

const ACTS = {
  "tender.opened": select,
  "tender.direct_accepted": select,
  "tender.judged_again": judgeAgain,
  "tender.price_decided": (story, data) =>
    must(data.agency in (story.outcome?.alerts ?? {}), "没有低价提示的机构被要求说明。", "An agency without a low-price alert had to explain."),
  "tender.reselected": (story, data) => story.passOver(data),
  "tender.picked": pick,
  "tender.given_up": giveUp,
  "tender.substitute_asked": ask,
  "tender.substitute_answered": answer,
  "tender.award": award,
  "tender.failed": fail,
  "tender.cancelled": cancel,
};

function select(story, data) {
  must(story.outcome === null, "选取结果出现了两次。", "There are two selections.");
  story.judge(data.case, data.outcome);
}

function judgeAgain(story, data) {
  must(story.case !== null, "还没有选取结果。", "Nothing was selected yet.");
  const c = judgedAnew(story.case, data.rejected, new Set([...data.ineligible, ...story.gone]));
  must(alike(c, data.case), "重新评定的案卷不是由原案卷和评定得出的。", "The new case does not follow from the old one and the judgement.");
  story.judge(data.case, data.outcome);
}

function pick(story, data) {
  must(story.isShortlist && story.current === null, "没有待择定的入围名单。", "There is no shortlist to pick from.");
  const left = story.outcome.ranking.filter((code) => !story.gone.has(code));
  must(left.includes(data.agency), "择定的不是入围机构。", "Who was picked is not on the shortlist.");
  must(!data.by_rule || data.agency === left[0], "逾期未择定的须由入围次序第一名作为候选机构。", "When nobody picks in time it is the first of the shortlist.");
  must(data.reason, "择定没有写明理由。", "The pick has no reason.");
  story.current = data.agency;
}

function giveUp(story, data) {
  must(story.current !== null && data.agency === story.current, "放弃的不是中选机构。", "Who gave up was not the winner.");
  story.gone.add(data.agency);
  story.current = null;
}

function ask(story, data) {
  must(story.current === null && story.outcome, "中选机构还在，却询问了候补。", "A substitute was asked although there is a winner.");
  const left = story.outcome.substitutes.filter((code) => !story.gone.has(code));
  const line = [...data.passed_over, data.agency];
  must(alike(line, left.slice(0, line.length)), "询问的不是次序中的下一家候补。", "Who was asked is not the next substitute.");
  data.passed_over.forEach((code) => story.gone.add(code));
  story.asked = data.agency;
}

function answer(story, data) {
  must(data.agency === story.asked, "答复的不是被询问的候补。", "Who answered was not asked.");
  if (data.answer === "accepted") story.current = data.agency;
  else story.gone.add(data.agency);
  story.asked = null;
}

function award(story, data) {
  const right = story.current !== null && data.agency_code === story.current;
  must(right, "中选通知书上的不是应当中选的机构。", "The notice does not name who should have won.");
  story.awards += 1;
}

function fail(story, data) {
  if (data.passed_over?.length && data.reason === "winner_ineligible") story.passOver(data);
  if (["too_few", "no_valid_quote"].includes(data.reason) && story.outcome)
    must(story.outcome.reason === data.reason, "流标原因与重新计算的结果不符。", "The reason of the failure is not the recomputed one.");
  story.ended = true;
  story.current = null;
}

function cancel(story, data) {
  must(story.outcome === null && data.reason, "开标以后不能取消。", "It was cancelled after the opening.");
  story.ended = true;
}
