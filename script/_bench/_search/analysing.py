"""What the words and the sounds of one document cost, over agencies and offers as they are mixed."""

import statistics
import sys
import time

import django

from script._bench._search import tell

ROUNDS, MOST_MS = 5, 0.25


def main(label: str) -> None:
    """Analyse the same documents again and again; documents are made before."""
    from search import documents, services, texts

    made: list[documents.Document] = []
    for kind, batches in (("agency", 2), ("offer", 16)):
        source = documents.source(kind)
        for keys, _ in zip(services.batches(source.all_keys()), range(batches), strict=False):
            made += source.build_many(keys).values()
    times = []
    for _round in range(ROUNDS):
        begun = time.process_time()  # the processor's own time: others on the machine are not in it
        for document in made:
            texts.texts_of(document)
        times.append(1000 * (time.process_time() - begun) / len(made))
    tell(f"search.analysis_at_{label}", statistics.median(times), "ms", MOST_MS)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
