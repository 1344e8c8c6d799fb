import gc
import threading

import pytest

from mtl.serving.freed_memory import UNCOLLECTED, give_back_memory


def test_rubbish_is_looked_for_again_when_the_last_has_read() -> None:
    assert gc.isenabled()
    with UNCOLLECTED:
        inner = threading.Thread(target=UNCOLLECTED.__enter__)
        inner.start()
        inner.join()
        assert not gc.isenabled()
        UNCOLLECTED.__exit__()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_failure_ends_the_reading_too() -> None:
    with pytest.raises(ValueError, match="wrong"), UNCOLLECTED:
        raise ValueError("wrong")
    assert gc.isenabled()


def test_what_refers_to_itself_is_freed() -> None:
    freed: list[str] = []

    class Circle:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            freed.append("circle")

    with UNCOLLECTED:
        Circle()
        assert freed == []
    give_back_memory()
    assert freed == ["circle"]
