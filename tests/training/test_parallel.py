"""One set in several languages: questions meet by id, or by what they say; what is judged stays out."""

from __future__ import annotations

import json
from pathlib import Path

from training.parallel import read_parallel

_CONTEXTS = {
    "zh": ["大桥于1987年动工，全长3200米。", "这条河发源于西部山区。"],
    "en": ["Work on the bridge began in 1987; it is 3200 metres long.", "The river rises in the western mountains."],
}
_QUESTIONS = {
    "zh": [("大桥哪一年动工？", "1987年"), ("大桥全长多少？", "3200米"), ("这条河发源于哪里？", "西部山区")],
    "en": [
        ("In which year did work on the bridge begin?", "1987"),
        ("How long is the bridge?", "3200 metres"),
        ("Where does the river rise?", "western mountains"),
    ],
}


def _write(path: Path, language: str, numbers: tuple[str, str, str]) -> Path:
    contexts = _CONTEXTS[language]
    rows = [
        {"id": number, "question": text, "answers": [{"text": answer, "answer_start": contexts[n // 2].find(answer)}]}
        for n, (number, (text, answer)) in enumerate(zip(numbers, _QUESTIONS[language], strict=True))
    ]
    paragraphs = [{"context": contexts[0], "qas": rows[:2]}, {"context": contexts[1], "qas": rows[2:]}]
    path.write_text(json.dumps({"data": [{"title": "x", "paragraphs": paragraphs}]}), encoding="utf-8")
    return path


def test_questions_of_one_id_are_translations(tmp_path: Path) -> None:
    paths = {language: _write(tmp_path / f"{language}.json", language, ("a", "b", "c")) for language in ("zh", "en")}
    asked = {one.question: one for one in read_parallel(paths, [])}
    assert asked["大桥全长多少？"].translations == ("How long is the bridge?",)
    one = asked["How long is the bridge?"]
    assert one.translations == ("大桥全长多少？",)
    assert one.passage.text[one.start : one.end] == "3200 metres"


def test_a_file_with_ids_of_its_own_is_matched_by_meaning(tmp_path: Path) -> None:
    paths = {
        "zh": _write(tmp_path / "zh.json", "zh", ("a", "b", "c")),
        "en": _write(tmp_path / "en.json", "en", ("1", "2", "3")),
    }
    asked = {one.question: one for one in read_parallel(paths, [])}
    assert [asked[text].translations for text, _ in _QUESTIONS["en"]] == [(text,) for text, _ in _QUESTIONS["zh"]]


def test_a_passage_with_one_judged_question_is_left_out_in_every_language(tmp_path: Path) -> None:
    paths = {language: _write(tmp_path / f"{language}.json", language, ("a", "b", "c")) for language in ("zh", "en")}
    judged = tmp_path / "judged.json"
    rows = [{"id": "b", "question": "?", "answers": []}]
    judged.write_text(json.dumps({"data": [{"paragraphs": [{"context": "", "qas": rows}]}]}), encoding="utf-8")
    assert {one.passage.text for one in read_parallel(paths, [judged])} == {_CONTEXTS["zh"][1], _CONTEXTS["en"][1]}
