"""What must not be written at all, and where."""

import re

from source import closing

_IN_CORE = {
    r"\b(system|steady|high_resolution)_clock\b": "the core is told the time",
    r"\brandom_device\b": "chance comes from the seeded generator",
    r"\bgetenv\b": "settings come as arguments",
    r"\bstd::(jthread|thread|mutex|async|atomic)\b|<(thread|mutex|future|atomic)>": "the core has one thread, its caller's",
    r"\bco_(await|return|yield)\b": "the core never waits",
    r"\bthrow\b": "refusals are values",
    r"\bdefault\s*:(?!:)": "it hides the forgotten state; name every case",
}
_ANYWHERE = {
    r"\bany_io_executor\b": "the type-erased executor costs half of a request's CPU again: use net/asio.hpp",
    r"\bSO_REUSEPORT\b|\breuse_port\b": "with it two servers share a port silently",
}
_IN_SERVICE = {
    r"\b(Response|Request)\b": "an operation knows no API: it takes and returns values, and the APIs word them",
}
_UNORDERED = re.compile(r"\bunordered_(?:flat_|node_)?(?:multi)?(?:map|set)\b\s*<")
_RANGE_FOR = re.compile(r"\bfor\s*\([^;()]*?(?<!:):(?!:)\s*(?:this->)?(?P<range>\w+)\s*\)")
_BEGIN = re.compile(r"(?<![\w.>])(?:this->)?(?P<range>\w+)\.c?begin\s*\(")
_LAMBDA = re.compile(r"(?<![\w\])])\[(?P<captures>[^\[\]\n]*)\]\s*(?=[({<])")


def check(source, unordered):
    """`unordered`: the names of the unordered containers that the source's room declares."""
    yield from _banned(source, _ANYWHERE)
    yield from _coroutine_lambdas(source)
    if source.room == "service":
        yield from _banned(source, _IN_SERVICE)
    if source.room == "core" and not source.is_test:
        yield from _banned(source, _IN_CORE)
        yield from _unordered_iteration(source, unordered)


def _banned(source, patterns):
    for pattern, reason in patterns.items():
        for hit in re.finditer(pattern, source.code):
            yield source.path, source.line_of(hit.start()), f"`{hit.group()}`: {reason}"


def _unordered_iteration(source, names):
    """The order of an unordered container differs between machines: what is collected from one is sorted."""
    for pattern in (_RANGE_FOR, _BEGIN):
        for hit in pattern.finditer(source.code):
            following = source.code[hit.end() :].split("\n")[:6]
            if hit.group("range") in names and not any("sort(" in line for line in following):
                message = f"`{hit.group('range')}` is unordered: sort what comes out of it, in the next lines"
                yield source.path, source.line_of(hit.start()), message


def unordered_names(code):
    """The names of all unordered containers that are declared in it."""
    for hit in _UNORDERED.finditer(code):
        after = _after_template_arguments(code, hit.end() - 1)
        name = re.match(r"[&*\s]*(\w+)\s*[;={(,)]", code[after:])
        if name:
            yield name.group(1)


def _after_template_arguments(code, opening):
    depth = 0
    for offset in range(opening, len(code)):
        depth += (code[offset] == "<") - (code[offset] == ">" and code[offset - 1] != "-")
        if depth == 0:
            return offset + 1
    return len(code)


def _coroutine_lambdas(source):
    """g++ 12 destroys the captures of such a lambda twice."""
    code = source.code
    for hit in _LAMBDA.finditer(code):
        if not hit.group("captures").strip():
            continue
        at = hit.end()
        if code[at] == "<":
            at = _after_template_arguments(code, at)
        if code[at : at + 1] == "(":
            at = closing(code, at) + 1
        head = re.match(r"[^{};]*", code[at:]).group()
        opening = at + len(head)
        if opening >= len(code) or code[opening] != "{":
            continue
        body = code[opening : closing(code, opening)]
        if re.search(r"->[^,]*\bawaitable\b", head) or re.search(r"\bco_(await|return|yield)\b", body):
            message = "a capturing lambda that is a coroutine: write a named function that takes its data by value"
            yield source.path, source.line_of(hit.start()), message
