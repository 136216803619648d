"""Headlines to stories, by what they say.

On a page headlines drift: they may follow all bodies, in another order, or stand in the middle of somebody else's
sentence. So every loose display line is weighed against the stories near it: a pair of letters counts the more the
fewer of these stories have it, and a line belongs to a story that says at least about half of it. Lines that stand
together are read as a sequence whose best labelling is found by dynamic programming (Viterbi 1967), since a headline is
a run of lines. Where a headline stands adds to what it says; it never decides alone unless the page has only one story.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

from rag.ingest.displays import DisplayText, read_lines
from rag.ingest.joining import tight
from rag.ingest.likeness import letters, pairs_of_letters
from rag.ingest.stories import Block, Story

# Share of a line that a story must say, and what changing the story from one line to the next costs, in pairs.
_THRESHOLD = 0.45
_SWITCH = 1.5
# What it is worth that a story has the whole line, word for word.
_VERBATIM = 3.0
_MIN_VERBATIM = 4
_BEFORE_STORY = 4.0
_DIRECTLY_BEFORE = 12.0
# A headline over its story need only say a little of it.
_SOME = 0.3
_IN_TEASERS = 4.0
_TEASERS = re.compile(r"(?:今日|要闻)?导读|内容提要|提要|今日看点")
_ALONE_ON_PAGE = 0.4
_LISTED = 8.0
_TWICE = 0.25
_NEARBY = 6
# A printed page of a broadsheet holds about this many characters, line breaks included.
_PAGE_CHARACTERS = 10_000
# How much more a story must say of a line than any other does, which is its headline where there is none.
_CLEARLY = 0.3
_SHORTEST = 6
_TIME_OR_TELEPHONE = re.compile(r"[：:]\d")
_NO_HAN = re.compile("[^\u4e00-\u9fff]")
_DATE_LINE = re.compile(r"[（(]?\d{4}年\s?\d{1,2}月\s?\d{1,2}日")
_LEADS_IN = re.compile(r"(?:强调|指出|要求|表示|提出|……|⋯⋯|：|时)$")
_DECK = re.compile(r"——|──|--")
_SPEAKER = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:长|书记|主席|主任|代表|教授|总理)[ \u3000]+[\u4e00-\u9fff][ \u3000]?[\u4e00-\u9fff]{1,2}$"
)


@dataclass(slots=True)
class Headline:
    """The display lines of one story's headline; `block` are all that stood together with them."""

    lines: list[DisplayText] = field(default_factory=list)
    kicker: str | None = None
    subhead: str | None = None
    speaker: str | None = None
    dateline: str | None = None
    score: float = 0.0
    block: list[DisplayText] = field(default_factory=list)


@dataclass(slots=True)
class Matched:
    """The headline of every story that has one, by the story's place, and the display lines that are nobody's
    headline."""

    headlines: dict[int, Headline]
    loose: list[list[DisplayText]]


def match(blocks: Sequence[Block], stories: Sequence[Story], titles: frozenset[str]) -> Matched:
    """Gives every story its headline. Time is linear in the number of blocks: a block is weighed against stories
    nearby."""
    matching = _Matching(stories)
    weigher = _Weigher(stories, titles)
    for block in blocks:
        lines = read_lines(block.lines)
        for line in lines:
            line.inside = block.inside
        for place, run, score in weigher.label(block, lines):
            if place is None:
                matching.leave(block, run, last=run[-1] is lines[-1])
            else:
                matching.take(block, run, place, score)
    matching.take_alike(weigher)
    return matching.finish(titles)


@dataclass(slots=True)
class _Matching:
    """The headlines found so far; `above` are loose lines right above a story."""

    stories: Sequence[Story]
    best: dict[int, Headline] = field(default_factory=dict)
    loose: list[list[DisplayText]] = field(default_factory=list)
    decks: list[tuple[int, DisplayText]] = field(default_factory=list)
    above: list[tuple[Story, list[DisplayText]]] = field(default_factory=list)

    def leave(self, block: Block, run: list[DisplayText], *, last: bool) -> None:
        self.loose.append(run)
        if block.before is not None and last:
            self.above.append((block.before, run))

    def take(self, block: Block, run: list[DisplayText], place: int, score: float) -> None:
        self.decks += [(place, line) for line in run if _DECK.match(line.text)]
        lines = [line for line in run if not _DECK.match(line.text)]
        if not lines:
            return
        if block.before is self.stories[place]:
            score += _DIRECTLY_BEFORE
        known = self.best.get(place)
        if known and known.score >= score:
            self.loose.append(lines)
            return
        if known:
            self.loose.append(known.lines)
        self.best[place] = Headline(lines, score=score, block=lines)

    def take_alike(self, weigher: _Weigher) -> None:
        """A story without a headline takes the loose line of its page that says something of it and of no other."""
        lines = [line for run in self.loose for line in run if _may_be_headline(line)]
        found = sorted(((*weigher.alike(line), line) for line in lines), key=lambda each: -each[1])
        taken: set[int] = set()
        for place, _, line in found:
            if place is not None and place not in self.best:
                self.best[place] = Headline([line], block=[line])
                taken.add(id(line))
        self.loose = [left for run in self.loose if (left := [line for line in run if id(line) not in taken])]

    def finish(self, titles: frozenset[str]) -> Matched:
        self._take_headlines_above()
        for place, headline in self.best.items():
            self.loose += _tidy(headline, self.stories[place], titles)
        for place, line in self.decks:
            self.best.setdefault(place, Headline()).subhead = tight(line.text).lstrip("—─-")
        return Matched(self.best, self.loose)

    def _take_headlines_above(self) -> None:
        """Where a page sets its headlines over their stories, a story without one takes the lines right above it."""
        over = sum(self.stories[place].start > line.lines[0].start for place, line in self.best.items())
        if over * 2 < len(self.best) or (not self.best and len(self.stories) > 1):
            return
        places = {id(story): place for place, story in enumerate(self.stories)}
        taken: set[int] = set()
        for story, run in self.above:
            plain = not any(line.is_caption() or _TEASERS.fullmatch(line.text) for line in run)
            if places[id(story)] not in self.best and plain:
                taken.add(id(run))
                self.best[places[id(story)]] = Headline(run, block=run)
        self.loose = [run for run in self.loose if id(run) not in taken]


def _may_be_headline(line: DisplayText) -> bool:
    if line.is_caption() or line.is_staff() or _TEASERS.fullmatch(line.text):
        return False
    says = len(line.text) >= _SHORTEST and line.text[-1] not in "，、；" and "。" not in line.text
    return says and not _TIME_OR_TELEPHONE.search(line.text)


@dataclass(slots=True)
class _Weigher:
    stories: Sequence[Story]
    titles: frozenset[str]
    known: dict[int, set[int]] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    per_page: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.starts = [story.start for story in self.stories]
        self.ends = [story.paragraphs()[-1].lines[-1].end for story in self.stories]
        self.pages = [story.page for story in self.stories]
        self.per_page = Counter(page for page, story in zip(self.pages, self.stories, strict=True) if not story.boxed)

    def label(self, block: Block, lines: Sequence[DisplayText]) -> list[tuple[int | None, list[DisplayText], float]]:
        """The runs of a block: the place of their story or None, the lines, the score."""
        near = self._nearby(block)
        places: list[int | None] = [None, *near]
        teased = accumulate(_TEASERS.fullmatch(line.text) is not None for line in lines)
        scores = [
            self._scores(block, lines, index, near, _IN_TEASERS if teaser else 0.0)
            for index, teaser in enumerate(teased)
        ]
        path = _best_path(scores)
        runs: list[tuple[int | None, list[DisplayText], float]] = []
        for index, choice in enumerate(path):
            place = places[choice]
            if runs and runs[-1][0] == place:
                runs[-1] = (place, [*runs[-1][1], lines[index]], runs[-1][2] + scores[index][choice])
            else:
                runs.append((place, [lines[index]], scores[index][choice]))
        return runs

    def alike(self, line: DisplayText) -> tuple[int | None, float]:
        """The story of the line's page that says most of its words, and the share; none where others say as much."""
        wanted = pairs_of_letters(_NO_HAN.sub("", line.text))
        shares = sorted(
            (len(wanted & self._pairs(place)) / max(1, len(wanted)), place) for place in self._near(line.start)
        )
        (second, _), (share, place) = [(0.0, -1), (0.0, -1), *shares][-2:]
        here = place >= 0 and self.pages[place] == line.parts[0].line.page
        return (place if here and share - second >= _CLEARLY else None), share

    def _nearby(self, block: Block) -> list[int]:
        at = block.lines[0].line.start
        return [place for place in self._near(at) if self.stories[place].boxed == block.boxed]

    def _near(self, at: int) -> list[int]:
        after = bisect_right(self.starts, at)
        near = range(max(0, after - _NEARBY), min(len(self.stories), after + _NEARBY))
        return [place for place in near if self._is_near(place, at)]

    def _is_near(self, place: int, at: int) -> bool:
        """Whether the story may stand on the same printed page."""
        start, end = self.starts[place], self.ends[place]
        return start - at < _PAGE_CHARACTERS and at - end < _PAGE_CHARACTERS

    def _scores(
        self, block: Block, lines: Sequence[DisplayText], index: int, places: Sequence[int], teaser: float
    ) -> list[float]:
        """What the line is worth as nobody's headline, then as each story's."""
        line = lines[index]
        if line.is_staff() or "。" in line.text[:-1]:
            return [0.0, *(-math.inf for _ in places)]
        spelled = letters(line.text)
        wanted = pairs_of_letters(spelled)
        said = [wanted & self._pairs(place) for place in places]
        common = Counter(chain.from_iterable(said))
        weights = {pair: 1.0 / common.get(pair, 1) for pair in wanted}
        total = sum(weights.values())
        scores = [0.5 if line.is_caption() else 0.0]
        page, twice, least = block.page, line.twice, _THRESHOLD * total + teaser
        for place, shared in zip(places, said, strict=True):
            hits = sum([weights[pair] for pair in shared])
            score = hits - least
            if twice or self.pages[place] == page or block.before is self.stories[place]:
                score += self._standing(block, lines, index, place, hits, total)
            if len(shared) == len(wanted) >= _MIN_VERBATIM and spelled in self._letters(place):
                score += _VERBATIM
            scores.append(score)
        return scores

    def _standing(
        self, block: Block, lines: Sequence[DisplayText], index: int, place: int, hits: float, total: float
    ) -> float:
        """What the place of the line adds to what it says."""
        line, story, page = lines[index], self.stories[place], block.page
        score = 0.0
        if block.before is story and total:
            score += min(_BEFORE_STORY, total) * min(1.0, hits / (_SOME * total))
        if self.pages[place] == page and self.per_page[page] == 1:
            score += _ALONE_ON_PAGE * total + 1.0
            if is_listed(lines, index, self.titles):
                score += _LISTED
        if line.twice and block.before is not story:
            score -= _TWICE * total
        return score

    def _letters(self, place: int) -> str:
        if place not in self.texts:
            self.texts[place] = letters(self.stories[place].text())
        return self.texts[place]

    def _pairs(self, place: int) -> set[int]:
        if place not in self.known:
            self.known[place] = pairs_of_letters(self._letters(place))
        return self.known[place]


def is_listed(lines: Sequence[DisplayText], index: int, titles: frozenset[str]) -> bool:
    """Whether the line, alone or with a neighbour, is a title of the contents page."""
    if not titles:
        return False
    first = max(0, index - 1)
    texts = [letters(line.text) for line in lines[first : index + 2]]
    at = index - first
    spans = [(at, at + 1), (at, at + 2), (0, at + 1)]
    return any("".join(texts[start:end]) in titles for start, end in spans)


def _best_path(scores: Sequence[Sequence[float]]) -> list[int]:
    """The labelling of the lines with the highest sum, where every change of label costs."""
    totals = list(scores[0])
    back: list[list[int]] = []
    for row in scores[1:]:
        best = max(range(len(totals)), key=totals.__getitem__)
        choice = [label if totals[label] >= totals[best] - _SWITCH else best for label in range(len(row))]
        totals = [
            row[label] + totals[choice[label]] - (_SWITCH if choice[label] != label else 0.0)
            for label in range(len(row))
        ]
        back.append(choice)
    label = max(range(len(totals)), key=totals.__getitem__)
    path = [label]
    for choice in reversed(back):
        label = choice[label]
        path.append(label)
    return path[::-1]


def _tidy(headline: Headline, story: Story, titles: frozenset[str]) -> list[list[DisplayText]]:
    """Takes out of a headline what only stands beside it: captions, labels, the speaker and the date. Gives the rest
    back."""
    out: list[list[DisplayText]] = []
    listed = [line for index, line in enumerate(headline.lines) if is_listed(headline.lines, index, titles)]
    kept = listed or [line for line in headline.lines if not line.is_caption()]
    if not kept:
        kept = headline.lines[:1]
    out += [[line] for line in headline.lines if line not in kept and (line.twice or line.is_caption())]
    labels = [line for line in headline.lines if line not in kept and not line.twice and not line.is_caption()]
    for line in list(kept):
        if len(kept) > 1 and _DATE_LINE.match(line.text):
            headline.dateline = tight(line.text)
            kept.remove(line)
        elif len(kept) > 1 and _SPEAKER.search(line.parts[0].line.text):
            headline.speaker = tight(line.text)
            kept.remove(line)
    labels += _labels(kept, story)
    headline.lines = [line for line in kept if line not in labels]
    leading = [line for line in headline.lines[:-1] if _LEADS_IN.search(line.text)][:1]
    headline.kicker = next((line.text for line in [*labels, *leading]), None)
    return out


def _labels(kept: Sequence[DisplayText], story: Story) -> list[DisplayText]:
    """A short line beside longer ones that names what the whole story is about, as a place or an office."""
    if len(kept) < 2 or max(line.width for line in kept) < 9:
        return []
    text = story.text()
    return [line for line in kept if line.width <= 5 and text.count(line.text) > 2]
