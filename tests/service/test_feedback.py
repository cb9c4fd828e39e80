from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.feedback import FeedbackError, FeedbackStore

ANSWER = {"status": "answered", "text": "质监部门牵头。[1]", "index": {"generation": "7"}}


def test_a_judgment_is_kept_with_question_answer_and_generation(tmp_path):
    store = FeedbackStore(tmp_path / "data" / "feedback.sqlite")
    assert list(store) == []
    store.add(rating="up", question="谁牵头?", answer=ANSWER, history=["山东呢?"], filters={"region": "山东"})
    (kept,) = FeedbackStore(store.path)
    assert (kept.rating, kept.note, kept.question) == ("up", None, "谁牵头?")
    assert (kept.answer, kept.generation) == (ANSWER, "7")
    assert (kept.history, kept.filters) == (("山东呢?",), {"region": "山东"})
    assert kept.created_at.endswith("+00:00")


def test_a_note_is_added_to_the_same_judgment(tmp_path):
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    feedback_id = store.add(rating="up", question="?", answer=ANSWER)
    assert store.amend(feedback_id, rating="down", note="少了一个部门")
    assert [(kept.rating, kept.note) for kept in store] == [("down", "少了一个部门")]
    assert not store.amend("0" * 32, rating="up", note=None)


def test_an_answer_without_a_generation_is_kept_too(tmp_path):
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    store.add(rating="down", question="?", answer={"status": "not_found", "index": None})
    assert [kept.generation for kept in store] == [None]


def test_threads_may_share_it(tmp_path):
    store = FeedbackStore(tmp_path / "feedback.sqlite")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: store.add(rating="up", question=str(n), answer=ANSWER), range(40)))
    assert len(set(ids)) == 40
    assert sorted(kept.id for kept in store) == sorted(ids)


def test_a_file_that_is_none_is_named(tmp_path):
    path = tmp_path / "feedback.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(FeedbackError, match=r"feedback\.sqlite cannot be used"):
        FeedbackStore(path).add(rating="up", question="?", answer=ANSWER)
    with pytest.raises(FeedbackError):
        list(FeedbackStore(path))
