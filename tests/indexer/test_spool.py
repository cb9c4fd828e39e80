from pathlib import Path

from indexer.spool import TextSpool


def test_texts_come_back_in_any_order(tmp_path: Path) -> None:
    texts = ["一、总体要求\r\n", "", "𠮷\0half \ud800", "end"]
    with TextSpool(tmp_path) as spool:
        assert [spool.append(text) for text in texts] == [0, 1, 2, 3]
        assert [spool[number] for number in (3, 0, 2, 1)] == ["end", texts[0], texts[2], ""]
        assert spool.append("more") == 4
        assert (spool[4], spool[0], len(spool)) == ("more", texts[0], 5)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with TextSpool(tmp_path) as spool:
        spool.append("节水")
    assert list(tmp_path.iterdir()) == []
