"""Tidy finds each thing it forbids in a small tree that holds it, and nothing in one that does not."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
spec = importlib.util.spec_from_file_location("tidy", HERE / "__main__.py")
tidy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tidy)

TABLE = """
| room | is | may look into |
|---|---|---|
| `base` | nothing of the field | – |
| `domain` | words | base |
| `core` | the machine | domain, base |
| `net` | plumbing | base |
| `engine` | the thread | core, domain, base |
| `server` | wiring | all |
| `sim/` | world | engine, core, domain, base |
| `api` | translators | net, base |

| part | is | may look into |
|---|---|---|
| `api/jobs` | jobs | – |
| `api/openai` | jobs in other words | jobs |
| `api/rest_v2` | management | – |
| `api/all_doors` | all of them | all |
"""


def run(root, files):
    (root / "ARCHITECTURE.md").write_text(TABLE)
    (root / "tools/tidy").mkdir(parents=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tidy.findings(root)


def long_function(lines, head="int f()"):
    return head + " {\n" + "  g();\n" * (lines - 2) + "}\n"


VIOLATIONS = {
    "a room looks where it may not": ("src/core/a.cpp", '\n#include "net/b.hpp"\n', 2, "may not look into `net`"),
    "the simulator opens a socket": ("sim/a.cpp", '#include "net/b.hpp"\n', 1, "may not look into `net`"),
    "a room without a row": ("src/attic/a.cpp", '#include "base/b.hpp"\n', 1, "has no row"),
    "a surface looks into another": ("src/api/rest_v2/a.cpp", '\n#include "api/jobs/b.hpp"\n', 2, "look into `api/jobs`"),
    "a surface looks back": ("src/api/jobs/a.cpp", '#include "api/openai/b.hpp"\n', 1, "`api/jobs` may not look into `api/openai`"),
    "a folder of a surface looks out": ("src/api/rest_v2/c/a.cpp", '#include "api/jobs/c/b.hpp"\n', 1, "look into `api/jobs`"),
    "a test looks into another surface": ("src/api/jobs/a_test.cpp", '#include "api/rest_v2/b.hpp"\n', 1, "look into `api/rest_v2`"),
    "what all surfaces share looks into one": ("src/api/a.cpp", '#include "api/jobs/b.hpp"\n', 1, "`src/api/a.cpp` may not look into"),
    "a surface without a row": ("src/api/rest_v9/a.cpp", '#include "api/a.hpp"\n', 1, "folder `api/rest_v9` has no row"),
    "a surface looks into a room that the api does not see": ("src/api/jobs/a.cpp", '#include "core/b.hpp"\n', 1, "look into `core`"),
    "an include that is not from src": ("src/core/a.cpp", '#include "../base/b.hpp"\n', 1, "by its path from src/"),
    "a source file is included": ("src/core/a.cpp", '#include "core/b.cpp"\n', 1, "no header to include"),
    "a library in the core": ("src/core/a.cpp", "#include <boost/asio.hpp>\n", 1, "standard library alone"),
    "a header without its guard": ("src/net/a.hpp", "int a;\n", 1, "#pragma once"),
    "a clock in the core": ("src/core/a.cpp", "\nauto t = std::chrono::system_clock::now();\n", 2, "system_clock"),
    "a steady clock in the core": ("src/core/a.cpp", "auto t = steady_clock::now();\n", 1, "steady_clock"),
    "chance in the core": ("src/core/a.cpp", "std::random_device chance;\n", 1, "random_device"),
    "the environment in the core": ("src/core/a.cpp", 'auto home = getenv("HOME");\n', 1, "getenv"),
    "a thread in the core": ("src/core/a.cpp", "std::thread t;\n", 1, "std::thread"),
    "a coroutine in the core": ("src/core/a.cpp", "int f() { co_await g(); }\n", 1, "co_await"),
    "an exception in the core": ("src/core/a.cpp", "int f() { throw 1; }\n", 1, "throw"),
    "a default in the core": ("src/core/a.cpp", "int f(E e) {\n  switch (e) {\n    default: return 1;\n  }\n}\n", 3, "default"),
    "an unordered loop in the core": (
        "src/core/a.cpp",
        "std::unordered_map<int, std::vector<int>> jobs_;\nvoid f() {\n  for (auto& [id, job] : jobs_) g(job);\n}\n",
        3,
        "`jobs_` is unordered",
    ),
    "a walk over an unordered member": (
        "src/core/a.cpp",
        "std::unordered_set<int> ids;\nauto first = ids.begin();\n",
        2,
        "`ids` is unordered",
    ),
    "the type-erased executor": ("src/net/a.cpp", "asio::any_io_executor e;\n", 1, "any_io_executor"),
    "two servers on a port": ("src/net/a.cpp", "setsockopt(s, SOL_SOCKET, SO_REUSEPORT, &one, 4);\n", 1, "SO_REUSEPORT"),
    "a coroutine lambda by its type": (
        "src/net/a.cpp",
        "\nspawn([x](Socket s) -> awaitable<void> { return serve(s); });\n",
        2,
        "capturing lambda",
    ),
    "a coroutine lambda by its body": ("src/net/a.cpp", "auto l = [&] {\n  co_return 1;\n};\n", 1, "capturing lambda"),
    "a long function": ("src/net/a.cpp", "\n" + long_function(71), 2, "function f of 71 lines"),
    "a long method": ("src/net/a.cpp", "struct A {\n" + long_function(80, "  A() : a_{1}, b_(2)") + "};\n", 2, "of 80 lines"),
    "a long file": ("src/net/a.cpp", "int a;\n" * 401, 1, "file of 401 lines"),
    "a note without its subject": ("src/net/a.hpp", "#pragma once\nint a;  ///< of the newest poll\n", 2, "with `of`: name its subject"),
    "a note with a capital letter": ("sim/a.cpp", "int a;  ///<What it has\n", 1, "with `What`: name its subject"),
    "a note that asks who": ("src/core/a.cpp", "int a,  ///< who: has it\n    b;\n", 1, "with `who`: name its subject"),
    "a note that counts one": ("bench/a.cpp", "int a;  ///< one for each thread\n", 1, "with `one`: name its subject"),
    "a long name of a test": ("src/net/a_test.cpp", f"\nTEST(A, {'a' * 61}) {{}}\n", 2, "has 61 characters"),
    "a long name below its suite": ("sim/a_test.cpp", f"TEST_F(A,\n       {'a' * 70}) {{}}\n", 2, "has 70 characters"),
    "a long name with a parameter": ("bench/a_test.cpp", f"TEST_P(A, {'a' * 61}) {{}}\n", 1, "in 60"),
    "a long name in Python": ("tests/integration/test_a.py", f"\ndef test_{'a' * 56}():\n    pass\n", 2, "has 61 characters"),
    "a long name of a tool's method": ("tools/a/a_test.py", f"class A:\n    async def test_{'a' * 56}(self):\n", 2, "in 60"),
    "a long line": ("README.md", "# A\n\n" + "1234 " * 29 + "6\n", 3, "a line of 146 characters: wrap it at 140"),
    "a long item of a list": ("docs/a/b.md", "- " + "1234 " * 30 + "\n", 1, "wrap it at 140"),
    "a long line after code": ("docs/a.md", "```\n~~~\n```bash\n```\n" + "1234 " * 30 + "\n", 5, "wrap it at 140"),
    "a long line after a generated part": (
        "docs/a.md",
        "<!-- written by a -->\n<!-- end -->\n" + "1234 " * 30 + "\n",
        3,
        "wrap it at 140",
    ),
    "a page that is not there": ("src/net/a.cpp", "\nint a;  // docs/a.md\n", 2, "there is no docs/a.md"),
    "a page in a folder": ("bench/a.cpp", "/* as in\n * docs/decisions/a.md */\n", 2, "there is no docs/decisions/a.md"),
    "a page cited by a test's source": ("tests/fuzz/a.cpp", "// docs/a.md\n", 1, "there is no docs/a.md"),
    "a page cited by a docstring": ("tests/a.py", 'def f():\n    """As docs/a.md says."""\n', 2, "there is no docs/a.md"),
    "a page cited in Python": ("bench/a.py", "f()  # docs/a.md\n", 1, "there is no docs/a.md"),
    "a page of somebody else": ("src/net/a.hpp", "#pragma once\n/// (Data plane reference 1.2).\n", 2, "`Data plane reference`"),
    "two pages in two lines": ("sim/a.cpp", "\n/// (data and control\n/// plane references).\n", 2, "`control plane references`"),
    "numbers without a page": ("tests/a.py", 'told = "the settled numbers"\n', 1, "`settled numbers`"),
    "a link behind other words": ("docs/a.md", "See [the page](https://" + "a" * 140 + ")\n", 1, "wrap it at 140"),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_finds(name, tmp_path):
    path, text, line, message = VIOLATIONS[name]
    found = run(tmp_path, {path: text})
    assert [(where, at) for where, at, what in found if message in what] == [(path, line)], found
    assert len(found) == 1


def test_finds_nothing_in_what_only_looks_like_a_violation(tmp_path):
    innocent = """#pragma once
#include <vector>
#include "domain/b.hpp"
// system_clock, throw, default: and std::thread in a comment
/* for (auto& job : jobs_) */
std::unordered_map<int, int> jobs_;
std::map<int, int> ordered_;
struct A {
  A() = default;
  A(int a) : a_{a}, text_{"default: throw"} { grow(1'000, ':', '"'); }
  [[nodiscard]] int f() const noexcept { return table[1](2); }
};
void g() {
  for (auto& [id, job] : ordered_) use(job, jobs_[id]);
  sort(all, [&](int a, int b) { return a < b; });
}
"""
    assert run(tmp_path, {"src/core/a.hpp": innocent, "src/net/c.cpp": long_function(70)}) == []


def test_finds_nothing_in_prose_that_keeps_the_rules(tmp_path):
    header = """#pragma once
int a;  ///< often, whatever happens, oneself; of it, one of them
/// Of two, what one has.
const char* text = "///< of it";  // of it
"""
    words = "1234 " * 29
    page = [
        "# " + words * 2,
        words.strip() + "6",
        "| " + words * 2 + "|",
        "````markdown",
        "```",
        words * 2,
        "```",
        words * 2,
        "````",
        "<!-- written by a program -->",
        words * 2,
        "<!-- end -->",
        "https://" + "a" * 150,
        "  - [" + words + "](https://" + "a" * 150 + ").",
        "  1. `" + words * 2 + "`",
        "> [a]: https://" + "a" * 150,
    ]
    files = {
        "src/net/a.hpp": header,
        "src/net/a_test.cpp": f"TEST_F({'A' * 61}, {'a' * 60}) {{}}\n// TEST(A, {'a' * 61})\n",
        "tests/a.py": f"def test_{'a' * 55}():\n    call_test_{'a' * 60}()\n\n\ndef a_test_{'a' * 60}():\n    pass\n",
        "docs/a.md": "\n".join(page),
        "build/a.md": words * 2,
        "tests/data/a.md": words * 2,
    }
    assert run(tmp_path, files) == []


PAGE = """# 7 wonders

## 1. The first

### 1.2 Its second part

```
# 3 lines of a shell
```

## Without a number
"""


@pytest.mark.parametrize(
    "comment, missing",
    [
        ("// docs/a.md 1.2\n", []),
        ("// docs/a.md 7, 1\n// and 1.2, docs/a.md: 9\n", []),
        ("///< docs/a.md\n  ///< 1.3\n", ["1.3"]),
        ("// (docs/a.md 1, 2, and 1.2.1)\n", ["2", "1.2.1"]),
        ("// docs/a.md 3\n", ["3"]),
        ("// docs/a.md 12.\n", ["12"]),
    ],
)
def test_a_cited_section_is_a_heading_of_its_page(comment, missing, tmp_path):
    found = run(tmp_path, {"docs/a.md": PAGE, "src/net/a.cpp": "\n" + comment})
    assert found == [("src/net/a.cpp", 2, f"docs/a.md has no heading that begins with {number}") for number in sorted(missing)]


def test_finds_nothing_where_no_section_is_cited(tmp_path):
    files = {
        "docs/a.md": PAGE,
        "src/net/a.cpp": 'f("docs/b.md");  // https://example.org/docs/b.md\nint a;  // docs/a.md\nint b;  // 5 of them\n',
        "src/net/b.cpp": "// the control plane, settled;\n// docs/a.md\n//\n// 5 of them\n",
        "tests/a.py": '"""As docs/a.md\n\n5 things."""\nTEXT = "docs/b.md"  # docs/a.md\nassert f(5), f"""docs/b.md"""\n',
    }
    assert run(tmp_path, files) == []


def test_an_unordered_member_is_known_in_the_whole_room(tmp_path):
    declared = "#pragma once\nstruct State {\n  std::unordered_map<int, int> jobs;\n};\n"
    loop = "void State::f() {\n  for (auto& [id, job] : jobs) all.push_back(id);\n"
    files = {
        "src/core/state.hpp": declared,
        "src/core/a.cpp": loop + "}\n",
        "src/core/b.cpp": loop + "  std::sort(all.begin(), all.end());\n}\n",
        "src/core/c.cpp": "void f() {\n  for (int id : endpoint.jobs) g(id);\n}\n",
    }
    assert [hit[:2] for hit in run(tmp_path, files)] == [("src/core/a.cpp", 2)]


def test_a_room_that_sees_all_may_include_all(tmp_path):
    assert run(tmp_path, {"src/server/a.cpp": '#include "core/b.hpp"\n#include "net/b.hpp"\n'}) == []


def test_a_surface_sees_what_is_shared_and_what_its_row_names(tmp_path):
    files = {
        "src/api/jobs/a.cpp": '#include "api/a.hpp"\n#include "api/jobs/b.hpp"\n#include "api/jobs/c/d.hpp"\n#include "net/jobs/e.hpp"\n',
        "src/api/openai/c/a.cpp": '#include "api/jobs/b.hpp"\n#include "api/openai/b.hpp"\n',
        "src/api/all_doors.cpp": '#include "api/jobs/b.hpp"\n#include "api/rest_v2/b.hpp"\n',
        "src/server/a.cpp": '#include "api/jobs/b.hpp"\n',
        "src/core/a/b.cpp": '#include "core/c/d.hpp"\n',
    }
    assert run(tmp_path, files) == []


def test_the_test_library_is_for_tests(tmp_path):
    text = "#include <gtest/gtest.h>\n"
    assert [hit[0] for hit in run(tmp_path, {"src/core/a_test.cpp": text, "src/core/b.cpp": text})] == ["src/core/b.cpp"]


@pytest.mark.parametrize(
    "entry, message",
    [
        ("src/net/a.cpp f 80", None),
        ("src/net/a.cpp f 79", "it may only shrink"),
        ("src/net/a.cpp f 81", "shrink its entry"),
        ("src/net/a.cpp f 80\nsrc/net/gone.cpp 500", "not too long any more"),
    ],
)
def test_the_list_of_long_functions_may_only_shrink(entry, message, tmp_path):
    found = run(tmp_path, {"src/net/a.cpp": long_function(80), "tools/tidy/long.txt": entry + "\n"})
    assert [what for _, _, what in found if message is None or message not in what] == []
    assert bool(found) == bool(message)


LAWFUL = {
    "docs/laws.md": """# Laws

| law | what must hold | checked by | broken on purpose by |
|---|---|---|---|
| S1 | one `thing` | `checkers/a.cpp` `world/b.cpp` | `no_fence` `late` |
| S2 | another | the core itself | – |
| L3 | a third | `world/b.cpp` | – |
| determinism | a word | `world/b.cpp` | `late` |
| assertion | the rest | the core itself | `clock` |
""",
    "docs/a.md": "S9 and L4, by laws S1,\nS2 and L3, by the law (S1).\n",
    "sim/checkers/a.cpp": """void f() {
  require(g(a, {1, 2}) && h("x"), "S1", "job {}", id);
}
// not by S2
""",
    "sim/world/b.cpp": """void f() {
  require(a,
          "S1", "job {}", id);
  require(b, "L3", "job {}", id);
  throw Violation{"determinism", "text"};
}
constexpr std::array names{"one", "S9", "three"};
""",
    "sim/mutants.cpp": """Breakage{"no_fence", 4};
Breakage{"late", 1};
Breakage{"clock", 1};
""",
    "src/core/a.cpp": "// law S1; S9 is a store, L4 a card\n",
}
LAWLESS = {
    "a law without a row": ("docs/laws.md", "| S1 |", "|S1|", ("sim/checkers/a.cpp", 2), "law S1 has no row"),
    "a new law": ("sim/world/b.cpp", '"L3"', '"S8"', ("sim/world/b.cpp", 4), "law S8 has no row"),
    "a new law that is thrown": ("sim/world/b.cpp", '"determinism"', '"L9"', ("sim/world/b.cpp", 5), "law L9 has no row"),
    "a law of a comment": ("sim/checkers/a.cpp", "not by S2", "not by S2 but S7", ("sim/checkers/a.cpp", 4), "law S7 has no row"),
    "a law of a source": ("src/core/a.cpp", "law S1;", "laws S1 and S7;", ("src/core/a.cpp", 1), "law S7 has no row"),
    "a law of a page": ("docs/a.md", "and L3,", "and S7,", ("docs/a.md", 1), "law S7 has no row"),
    "a row without its law": ("sim/checkers/a.cpp", "by S2", "by it", ("docs/laws.md", 6), "no source reports or cites law S2"),
    "a mutant without a row": ("sim/mutants.cpp", "late", "early", ("sim/mutants.cpp", 2), "mutant early stands in no row"),
    "a mutant that is gone": ("docs/laws.md", "`clock`", "`clock` `gone`", ("docs/laws.md", 9), "sim/mutants.cpp has no mutant gone"),
    "a checker without its name": ("docs/laws.md", " `world/b.cpp` | `no_", " | `no_", ("sim/world/b.cpp", 3), "name world/b.cpp in its row"),
    "a checker of another law": ("docs/laws.md", "the core itself | –", "`world/b.cpp` | –", ("docs/laws.md", 6), "does not report law S2"),
}


def test_finds_nothing_where_laws_and_mutants_stand_in_the_table(tmp_path):
    assert run(tmp_path, LAWFUL) == []


@pytest.mark.parametrize("name", LAWLESS)
def test_compares_the_table_of_laws_with_the_sources(name, tmp_path):
    path, before, after, place, message = LAWLESS[name]
    assert before in LAWFUL[path]
    found = run(tmp_path, {**LAWFUL, path: LAWFUL[path].replace(before, after, 1)})
    assert [(where, line) for where, line, what in found if message in what] == [place], found


def test_finds_nothing_about_laws_without_their_page(tmp_path):
    assert run(tmp_path, {path: text for path, text in LAWFUL.items() if path != "docs/laws.md"}) == []


def test_the_repository_itself_has_a_table_with_every_room():
    root = HERE.parents[1]
    table = tidy.rooms.read_table(root / "ARCHITECTURE.md")
    assert {path.name for path in (root / "src").iterdir() if path.is_dir()} <= set(table)
    surfaces = {f"api/{path.name}" for path in (root / "src/api").iterdir() if path.is_dir()}
    assert surfaces | {"api/all_doors"} == {key for key in table if key.startswith("api/")}
    assert table["api/graphql"] == table["api/rest_v2"] == set()
