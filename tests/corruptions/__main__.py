"""``python -m corruptions``: print the corpus as a Markdown table."""

from __future__ import annotations

from collections import Counter

from corruptions import ALL


def main() -> None:
    """Print one row a corruption, and how many there are of each answer."""
    print("| what people write | corruption | answer | named by |\n| --- | --- | --- | --- |")
    for one in ALL:
        named = f"{one.place.rstrip(':')}: {one.words}"
        cells = [one.kind, one.name, one.answer, named]
        print("| " + " | ".join(_plain(cell) for cell in cells) + " |")
    answers = Counter(one.answer for one in ALL)
    counted = ", ".join(f"{number} {answer}" for answer, number in answers.items())
    print(f"\n{len(ALL)} corruptions: {counted}.")


def _plain(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in text)
    return shown.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    main()
