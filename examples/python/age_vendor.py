"""Answers vectors of ages over standard input and output, to be judged by somebody else's program.

One JSON object on each line: {"seq": 1, "id": …, "file": "signals", "shared": {…}, "inputs": {…}}, and one line for
each answer: {"seq": 1, "expected": {…}}, with {"reason": …} alone in it where the input is refused. Where this program
does not know the file or the form of the inputs, it answers {"seq": 1, "unsupported": …}. A question without `seq` is
answered by its `id`.
"""

import json
import sys

from age_party import cases, rules


def answer(question):
    inputs = {**(question.get("shared") or {}), **question["inputs"]}
    try:
        return {"expected": cases.run(question["file"].removesuffix(".json"), inputs)}
    except rules.Refused as refused:
        return {"expected": {"reason": refused.reason}}
    except cases.UnknownForm as error:
        return {"unsupported": str(error)}


def main():
    for line in sys.stdin:
        if line.strip():
            question = json.loads(line)
            which = "seq" if "seq" in question else "id"
            print(json.dumps({which: question[which], **answer(question)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
