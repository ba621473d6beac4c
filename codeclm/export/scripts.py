"""Training scripts for TRL: short, complete, and reading the data beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from string import Template

#: What the paper trains with (§4.2), and what is usual where it trains with nothing like it.
RATES = {"sft": (1e-5, 1e-6, 15), "dpo": (1e-6, 1e-7, 3), "kto": (1e-6, 1e-7, 3)}
TOTAL_BATCH, LENGTH = 64, 2048
PAPER = (
    "As in the paper (arXiv 2404.05875): AdamW with β 0.9 and 0.95, a total batch of 64,",
    "sequences of at most 2048 tokens; its targets are LLaMA-based.",
)
_RATES = ("Its rate, too, which falls on a line, and its epochs.",)
OURS = ("It does not train on preferences: rate and epochs are usual ones, not its own.",)
#: How the fall of the rate is said to transformers, on which all three trainers stand.
FALL = (
    "The linear schedule of transformers falls to 0. A polynomial one of power 1 is a line,",
    "too, and ends where it is told to.",
)

_TRAINERS = {"sft": "SFT", "dpo": "DPO", "kto": "KTO"}

_SCRIPT = Template('''"""Train a model on this data set with the ${trainer}Trainer of TRL.

    pip install "trl>=1.16" datasets
    python trainers/trl_${method}.py --model NAME

Several devices: accelerate launch trainers/trl_${method}.py --model NAME
"""

import argparse
${imports}import os
from pathlib import Path

${libraries}from trl import ${trainer}Config, ${trainer}Trainer

BUNDLE = Path(__file__).resolve().parent.parent
FILES = ${files}

${paper}
TOTAL_BATCH = ${batch}
${rates}
EPOCHS = ${epochs}
RATE, LAST_RATE = ${rate}, ${last}


${reading}


${example}


def data(split):
    return Dataset.from_list([example(row) for row in rows(BUNDLE / FILES[split])])


def main():
    parser = argparse.ArgumentParser(description="Train a model on this data set.")
    parser.add_argument(
        "--model",
        ${default},
        help="a name on the Hub, or a folder",
    )
    parser.add_argument("--output", default="trained", help="the folder to write to")
    parser.add_argument("--batch", type=int, default=4, help="rows on a device at once")${template}
    given = parser.parse_args()

    at_once = given.batch * int(os.environ.get("WORLD_SIZE", "1"))
    if at_once < 1 or TOTAL_BATCH % at_once:
        parser.error(f"--batch times the number of devices must divide {TOTAL_BATCH}")
    config = ${trainer}Config(
        output_dir=given.output,${config}
        max_length=${length},
        num_train_epochs=EPOCHS,
        per_device_train_batch_size=given.batch,
        per_device_eval_batch_size=given.batch,
        gradient_accumulation_steps=TOTAL_BATCH // at_once,
        optim="adamw_torch",
        adam_beta1=0.9,
        adam_beta2=0.95,
        learning_rate=RATE,
${fall}
        lr_scheduler_type="polynomial",
        lr_scheduler_kwargs={"lr_end": LAST_RATE, "power": 1.0},
        eval_strategy="epoch" if "validation" in FILES else "no",
        save_strategy="epoch",
        save_total_limit=1,
        report_to="none",
    )
    trainer = ${trainer}Trainer(
        model=given.model,
        args=config,
        train_dataset=data("train"),
        eval_dataset=data("validation") if "validation" in FILES else None,
    )
    trainer.train()
    trainer.save_model(given.output)


if __name__ == "__main__":
    main()
''')

_READING = {
    "jsonl": """def rows(path):
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]""",
    "csv": """def rows(path):
    # A cell that a spreadsheet would execute has an apostrophe before it: train on another format
    # where that matters.
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))""",
    "parquet": """def rows(path):
    return pyarrow.parquet.read_table(path).to_pylist()""",
}
_IMPORTS = {
    "jsonl": ("import json\n", "from datasets import Dataset\n"),
    "csv": ("import csv\n", "from datasets import Dataset\n"),
    "parquet": ("", "import pyarrow.parquet\nfrom datasets import Dataset\n"),
}

_ASKED = """def asked(instruction, system=None):
    first = [{"role": "system", "content": system}] if system else []
    return [*first, {"role": "user", "content": instruction}]


def answered(response):
    return [{"role": "assistant", "content": response}]


"""
#: The loss of prompt and completion is on the completion alone, whatever the chat template.
_PARTS = """def example(row):
    return {
        "prompt": asked(row["%s"], row.get("%s")),
        "completion": answered(row["%s"]),
    }"""
_PREFERENCES = """def example(row):
    return {
        "prompt": asked(row["prompt"], row.get("system")),
        "chosen": answered(row["chosen"]),
        "rejected": answered(row["rejected"]),
    }"""
_JUDGED = """def example(row):
    return {
        "prompt": asked(row["prompt"]),
        "completion": answered(row["completion"]),
        "label": row["label"],
    }"""
_AS_IT_IS = """def example(row):
    return {key: row[key] for key in %s}"""

_EXAMPLES = {
    "alpaca": _ASKED
    + """def example(row):
    instruction = "\\n\\n".join(filter(None, (row["instruction"], row.get("input"))))
    return {
        "prompt": asked(instruction, row.get("system")),
        "completion": answered(row["output"]),
    }""",
    "sharegpt": """ROLES = {"system": "system", "human": "user", "gpt": "assistant"}


def example(row):
    messages = [
        {"role": ROLES[turn["from"]], "content": turn["value"]} for turn in row["conversations"]
    ]
    if row.get("system"):
        messages.insert(0, {"role": "system", "content": row["system"]})
    return {"prompt": messages[:-1], "completion": messages[-1:]}""",
    "messages": """def example(row):
    return {"prompt": row["messages"][:-1], "completion": row["messages"][-1:]}""",
    "prompt-completion": _ASKED + _PARTS % ("prompt", "system", "completion"),
    "dpo": _ASKED + _PREFERENCES,
    "kto": _ASKED + _JUDGED,
    "prompt-completion conversational": _AS_IT_IS % '("prompt", "completion")',
    "dpo conversational": _AS_IT_IS % '("prompt", "chosen", "rejected")',
    "kto conversational": _AS_IT_IS % '("prompt", "completion", "label")',
}
_TABLE = _ASKED + _PARTS % ("instruction", "system_prompt", "response")

_TEMPLATE = (
    '\n    parser.add_argument("--chat-template", help="of a model that has none: a Jinja file")',
    "\n        chat_template_path=given.chat_template,",
)


def comment(lines: Iterable[str], indent: str = "") -> str:
    """The lines as a comment of Python or YAML."""
    return "\n".join(f"{indent}# {line}" for line in lines)


def script(method: str, format: str, style: str, files: Mapping[str, str], model: str) -> str:
    """The script of a method (``sft``, ``dpo``, ``kto``) for rows of a format.

    ``files`` maps a split to a path within the bundle; without a ``model`` one must be named.
    """
    kind = files["train"].rpartition(".")[2]
    if kind not in _READING:
        kind = "jsonl"
    rate, last, epochs = RATES[method]
    argument, setting = _TEMPLATE if method == "sft" else ("", "")
    named = f"{format} conversational" if style == "conversational" else format
    listed = "".join(
        f"    {json.dumps(split)}: {json.dumps(path)},\n" for split, path in files.items()
    )
    return _SCRIPT.substitute(
        method=method,
        trainer=_TRAINERS[method],
        imports=_IMPORTS[kind][0],
        libraries=_IMPORTS[kind][1],
        files=f"{{\n{listed}}}",
        paper=comment(PAPER),
        batch=TOTAL_BATCH,
        rates=comment(_RATES if method == "sft" else OURS),
        epochs=epochs,
        rate=f"{rate:g}",
        last=f"{last:g}",
        reading=_READING[kind],
        example=_EXAMPLES.get(named, _TABLE),
        default=f"default={json.dumps(model)}" if model else "required=True",
        template=argument,
        config=setting,
        length=LENGTH,
        fall=comment(FALL, " " * 8),
    )
