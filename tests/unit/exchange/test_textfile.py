import codecs

import pytest

from landrelease.errors import LandreleaseError
from landrelease.exchange.proposal import Refusal
from landrelease.exchange.textfile import Dialect, check_columns, check_decoded, header_of, records, sha256_of
from landrelease.progress import SILENT

COMMON = Dialect()


def write(folder, content, name="table.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, dialect=COMMON):
    return list(records(path, SILENT, dialect))


def refused(path, dialect=COMMON):
    with pytest.raises(LandreleaseError) as error:
        read(path, dialect)
    return error.value.findings[0]


@pytest.mark.parametrize(
    ("content", "dialect"),
    [
        ("a,b\n1,x\n", Dialect()),
        ("a,b\r\n1,x", Dialect()),
        ("\ufeffa,b\n1,x\n", Dialect()),
        ("a;b\n1;x\n", Dialect()),
        ("a\tb\n1\tx\n", Dialect()),
        ("a|b\n1|x\n", Dialect(delimiter="|")),
        (codecs.BOM_UTF16_LE + "a,b\n1,x\n".encode("utf-16-le"), Dialect()),
        ("title\na,b\n1,x\n", Dialect(header_row=2)),
        (" a , b \n1,x\n", Dialect()),
    ],
)
def test_however_a_table_is_written_the_same_record_comes_out(tmp_path, content, dialect):
    assert read(write(tmp_path, content), dialect) == [(dialect.header_row + 1, {"a": "1", "b": "x"})]


def test_rows_are_numbered_as_a_person_counts(tmp_path):
    rows = read(write(tmp_path, 'a,b\n1,"x\ny"\n\n3,z\n'))
    assert [number for number, _fields in rows] == [2, 4]
    assert rows[0][1]["b"] == "x\ny"


def test_a_row_with_too_many_fields_is_refused_and_the_others_stand(tmp_path):
    rows = read(write(tmp_path, "a,b\n1,x\n2,y,z\n3,w\n"))
    assert [number for number, fields in rows if isinstance(fields, Refusal)] == [3]
    assert rows[1][1].details == {"found": 3, "expected": 2}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "LR2005"),
        (b"\n\n", "LR2005"),
        (b"a,b\n", "LR2005"),
        (b"a,b,a\n1,2,3\n", "LR2031"),
        (b"a,b\n1,2\n3", "LR2006"),
        (b'a,b\n1,"open\n2,x\n', "LR2006"),
        (codecs.BOM_UTF16_LE + "a,b\n1,x\n".encode("utf-16-le") + b"\x41", "LR2006"),
    ],
)
def test_a_file_that_cannot_be_whole_is_refused(tmp_path, content, code):
    assert refused(write(tmp_path, content)).error.code == code


def test_a_short_last_row_with_its_line_break_is_only_a_wrong_row(tmp_path):
    rows = read(write(tmp_path, "a,b\n1,x\n3\n"))
    assert isinstance(rows[1][1], Refusal)


def test_the_refusal_of_a_cut_file_names_the_row(tmp_path):
    finding = refused(write(tmp_path, "a,b\n1,2\n3"))
    assert (finding.file, finding.row) == ("table.csv", 3)


def test_mixed_encodings_are_found_by_field_and_nothing_is_lost(tmp_path):
    content = "municipio,n\nNariño,1\n".encode() + "Nariño,2\n".encode("latin-1")
    (_two, sound), (_three, broken) = read(write(tmp_path, content))
    assert check_decoded(sound, "utf-8") == []
    [(name, refusal)] = check_decoded(broken, "utf-8")
    assert (name, refusal.error.code) == ("municipio", "LR2008")
    assert broken["municipio"].encode("utf-8", "surrogateescape") == b"Nari\xf1o"


def test_a_declared_encoding_is_used(tmp_path):
    path = write(tmp_path, "municipio\nNariño\n".encode("latin-1"))
    assert read(path, Dialect(encoding="latin-1")) == [(2, {"municipio": "Nariño"})]


def test_missing_columns_are_all_named(tmp_path):
    path = write(tmp_path, "a,b\n1,2\n")
    with pytest.raises(LandreleaseError) as error:
        check_columns(header_of(path), ["a", "c", "d"], path)
    assert error.value.findings[0].details == {"columns": "c, d", "found": "a, b"}


def test_the_hash_is_that_of_the_bytes(tmp_path):
    path = write(tmp_path, b"abc")
    assert sha256_of(path, SILENT) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_reading_tells_how_far_it_is(tmp_path):
    class Watcher:
        def __init__(self):
            self.total, self.done, self.ended = None, 0, False

        def begin(self, label, total=None):
            self.total = total

        def advance(self, units=1):
            self.done += units

        def end(self):
            self.ended = True

    path, watcher = write(tmp_path, "a,b\n" + "1,2\n" * 50_000), Watcher()
    assert sum(1 for _row in records(path, watcher)) == 50_000
    assert (watcher.total, watcher.done, watcher.ended) == (path.stat().st_size, path.stat().st_size, True)
