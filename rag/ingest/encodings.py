"""Bytes to text: the encodings that Chinese newsrooms leave behind, told apart by what the bytes can and cannot be.

A byte order mark decides. Without one, NUL bytes or their absence decide for UTF-16, validity decides for UTF-8 (a text
in another encoding is practically never valid UTF-8), and GB18030, Big5, Shift-JIS and EUC-KR, which often decode one
another's bytes, compete by how much of the result is characters that people really write. The rest is left to
charset-normalizer."""

from __future__ import annotations

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EAST_ASIAN = ("gb18030", "big5hkscs", "shift_jis", "euc_kr")
_SAMPLE = 1 << 20
# A text file may carry a stray control character; more than this share of them is not text.
_MAX_CONTROL_SHARE = 0.05
_MAX_BROKEN_SHARE = 0.02
_MIN_WRITING = 0.4
# The same for bytes without a NUL, which say nothing of UTF-16 by themselves.
_MIN_PURE_WRITING = 0.5
_MIN_SCRIPT = 0.9
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# The commonest characters of running Chinese, both scripts, and kana, hangul and full-width marks: what real text is
# made of.
_COMMON = re.compile(
    "[的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
    "這個們來為國說時會對過發後裡經學現沒動還進開從實軍無與長機關點業將兩間問應戰頭體見產制話給門東聲員論處義幾條系氣題爾別變總電數報結務場計資統區隊決馬書則聽卻達強難權設記類據邊該規萬覺術領確傳師觀讓識帶導爭運"
    "，。、；：？！“”「」『』（）《》\u3040-\u30ff\uac00-\ud7a3]"
)

# Half of all Chinese characters are some hangul to EUC-KR: what Korean is made of are these, two thirds of any text.
_COMMON_HANGUL = re.compile(
    "[이다는의에을가고지한하로기도은를리사대자어나시인아그서들수있해과정일부스으라보제전적장게국상면만여주구원우동거중내세성무학비연관했요마조안"
    "러말와경모소신미방유것년통화산드공생습니교문계진음선오야터트되위려분물실명반치개단회할당없각까었였된민남저등바금행운결발양현차재특약]"
)


class NotTextError(Exception):
    """The bytes are not text in any encoding known here; the message says why in one line."""


def decode(data: bytes) -> str:
    """The text of a whole file. Raises NotTextError for binary data and for an empty file.

    Lone surrogates and stray NULs become U+FFFD, so that the text can be stored and encoded again everywhere.
    """
    if not data.strip():
        raise NotTextError("the file is empty")
    encoding = detect(data[:_SAMPLE], whole=len(data) <= _SAMPLE)
    text = data.decode(encoding, errors="replace")
    if _too_broken(text):
        raise NotTextError(f"the file is not text: too many bytes are no {encoding}")
    return clean(text)


def detect(sample: bytes, *, whole: bool = True) -> str:
    """The name of the codec for text that starts with `sample`; `whole` when nothing follows. Raises NotTextError."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    utf16 = _utf16_without_mark(sample)
    if utf16:
        return utf16
    if len(_CONTROL.findall(sample.decode("latin-1"))) > _MAX_CONTROL_SHARE * len(sample):
        raise NotTextError("the file is not text: it looks binary")
    if _decodes(sample, "utf-8"):
        return "utf-8"
    return _legacy(sample, whole=whole)


def clean(text: str) -> str:
    """`text` with lone surrogates and NULs replaced one for one, so that no offset moves."""
    return _SURROGATE.sub("\ufffd", text).replace("\x00", "\ufffd")


def _decodes(sample: bytes, encoding: str) -> bool:
    """Whether the sample is valid but for a last character that the sample's end may have cut."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 when it makes people's writing of bytes that are no other text.

    Every Latin character and line end has a NUL byte. Chinese without either has none, and half of its bytes are as
    good as random: only bytes that are neither UTF-8 nor GB18030 and make nearly nothing but writing are taken for it.
    """
    head = sample[: len(sample) // 2 * 2]
    if len(sample) % 2 and len(sample) < _SAMPLE:
        return None
    nuls = b"\x00" in head
    if not nuls and (_decodes(sample, "utf-8") or not _CONTROL.search(head.decode("latin-1"))):
        return None
    scores = {name: _writing(head, name) for name in ("utf-16-le", "utf-16-be") if _decodes(head, name)}
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best and scores[best] > (_MIN_WRITING if nuls else _MIN_PURE_WRITING) else None


def _writing(sample: bytes, encoding: str) -> float:
    """The share of characters that are common Chinese or plain ASCII; 1 where nearly all are of one other script."""
    text = sample.decode(encoding, errors="replace")
    plain = sum(" " <= char <= "~" or char in "\r\n\t" for char in text)
    scripts = Counter(ord(char) >> 7 for char in text if "\xa0" <= char < "\u2000" and char.isprintable())
    if plain + max(scripts.values(), default=0) > _MIN_SCRIPT * len(text):
        return 1.0
    return (plain + len(_COMMON.findall(text))) / max(1, len(text))


def _legacy(sample: bytes, *, whole: bool) -> str:
    scores = {name: _commonness(sample, name) for name in _EAST_ASIAN if _decodes(sample, name)}
    best = max(scores, key=lambda name: scores[name], default=None)
    if best and scores[best] > 0.25:
        return best
    if sample.decode("utf-8", errors="replace").count("\ufffd") < _MAX_BROKEN_SHARE * len(sample):
        return "utf-8"
    guess = from_bytes(sample if whole else sample[: sample.rfind(b"\n") + 1] or sample).best()
    if guess is not None:
        return guess.encoding
    if best:
        return best
    raise NotTextError("the file is not text in a known encoding")


def _commonness(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    wide = [char for char in text if char > "\x7f"]
    common = _COMMON_HANGUL if encoding == "euc_kr" else _COMMON
    return len(common.findall("".join(wide))) / len(wide) if wide else 0.0


def _too_broken(text: str) -> bool:
    return text.count("\ufffd") + len(_CONTROL.findall(text)) > max(8, _MAX_CONTROL_SHARE * len(text))
