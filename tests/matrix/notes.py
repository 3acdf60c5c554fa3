"""The footnotes of the table: how versions of the runpod package differ."""

NOTES = {
    "empty object": "x", "error alone": "x", "error as Python": "x", "generator errors are chunks": "x", "yielded errors are chunks":"x", "concurrency_controller":"x","unbounded":"x","cancel kills":"x","dies by SIGTERM":"x"
}
