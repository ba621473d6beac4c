"""Settings with which TRL, LLaMA-Factory and Axolotl train on a bundle, where each reads it.

Options are those of TRL 1.16, LLaMA-Factory 0.9.5 and Axolotl 0.19. All files are run from the
bundle's folder; nothing is written for a trainer that would misread the format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from codeclm.export.scripts import FALL, LENGTH, OURS, PAPER, RATES, TOTAL_BATCH, comment, script
from codeclm.records import CardFacts

_TABLES = ("jsonl", "csv", "parquet")
_METHODS = {"dpo": "dpo", "kto": "kto"}
#: Endpoints whose models nobody can train at home, however they are called.
_ELSEWHERE = {"openai", "gemini", "gemini-openai", "openrouter", "simulated", "imported"}
_ON_THE_HUB = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
#: Stands where a name is needed and none is known.
UNKNOWN = "NAME-OR-FOLDER-OF-YOUR-MODEL"


def trainer_files(facts: CardFacts, target: str) -> dict[str, str]:
    """Texts by their path within the bundle; none where no trainer reads the format.

    ``target`` is the target's name, such as ``vllm:meta-llama/Llama-3.1-8B-Instruct``: it is the
    model to train, unless only an API has it.
    """
    format, style = str(facts.layout.get("format", "")), str(facts.layout.get("style", ""))
    files = _files(facts)
    if not files or format == "gemini" or not _has_both(format, facts.keys):
        return {}
    method, model = _METHODS.get(format, "sft"), model_to_train(target)
    written = {f"trainers/trl_{method}.py": script(method, format, style, files, model)}
    columns = _columns(format, style, facts.keys)
    if columns is not None:
        listed = {
            f"codeclm_{split}": {"file_name": f"../../{path}", **columns}
            for split, path in files.items()
        }
        folder = "trainers/llama_factory"
        written[f"{folder}/dataset_info.json"] = json.dumps(listed, indent=2) + "\n"
        written[f"{folder}/{method}.yaml"] = _llama_factory(method, files, model)
    reading = _reading(format, style, facts.keys)
    if reading:
        written["trainers/axolotl.yaml"] = _axolotl(method, reading, files, model)
    return written


def model_to_train(target: str) -> str:
    """The name by which a target can be loaded for training; empty where it is no such name."""
    endpoint, colon, name = target.strip().partition(":")
    if "/" in endpoint or not colon:
        endpoint, name = "", target.strip()
    return name if endpoint not in _ELSEWHERE and _ON_THE_HUB.fullmatch(name) else ""


def _files(facts: CardFacts) -> dict[str, str]:
    """The first file of each split that has rows; none without a split to train on."""
    files: dict[str, str] = {}
    for file in facts.files:
        if file.rows:
            files.setdefault(file.split or "train", file.path)
    if "train" not in files:
        return {}
    return {split: files[split] for split in ("train", "validation", "test") if split in files}


def _has_both(format: str, keys: tuple[str, ...]) -> bool:
    """A table has only the columns that were picked."""
    return format not in _TABLES or not keys or {"instruction", "response"} <= set(keys)


# LLaMA-Factory ------------------------------------------------------------------------------------

_TEXTS = {
    "alpaca": {"prompt": "instruction", "query": "input", "response": "output"},
    "prompt-completion": {"prompt": "prompt", "response": "completion"},
    "dpo": {"prompt": "prompt", "chosen": "chosen", "rejected": "rejected"},
    "kto": {"prompt": "prompt", "response": "completion", "kto_tag": "label"},
}


def _columns(format: str, style: str, keys: tuple[str, ...]) -> dict[str, Any] | None:
    """What ``dataset_info.json`` says of the rows; None for rows it has no words for."""
    if style == "conversational":
        return None
    system = next((key for key in ("system", "system_prompt") if key in keys), "")
    said = {"system": system} if system else {}
    if format == "sharegpt":
        return {"formatting": "sharegpt", "columns": {"messages": "conversations", **said}}
    if format == "messages":
        tags = {"role_tag": "role", "content_tag": "content", "user_tag": "user"}
        tags |= {"assistant_tag": "assistant", "system_tag": "system"}
        return {"formatting": "sharegpt", "columns": {"messages": "messages"}, "tags": tags}
    columns = _TEXTS.get(format, {"prompt": "instruction", "response": "response"})
    ranking = {"ranking": True} if format == "dpo" else {}
    return {"formatting": "alpaca", **ranking, "columns": {**columns, **said}}


def _llama_factory(method: str, files: Mapping[str, str], model: str) -> str:
    lines = [
        f"# llamafactory-cli train trainers/llama_factory/{method}.yaml",
        *_told(method),
        f"model_name_or_path: {json.dumps(model or UNKNOWN)}",
        "# Without a template the tokenizer's own is taken; a base model has none.",
        "# template: llama3",
        f"stage: {method}",
        "do_train: true",
        "finetuning_type: full",
        *(["pref_beta: 0.1"] if method != "sft" else []),
        "dataset_dir: trainers/llama_factory",
        "dataset: codeclm_train",
        f"cutoff_len: {LENGTH}",
        "output_dir: trained",
        "save_strategy: epoch",
        "save_total_limit: 1",
        "report_to: none",
        "bf16: true",
        *_batch("per_device_train_batch_size"),
        *_optimiser(method, "num_train_epochs", "optim", "lr_scheduler_type"),
    ]
    if "validation" in files:
        lines += ["eval_dataset: codeclm_validation", "eval_strategy: epoch"]
        lines += ["per_device_eval_batch_size: 4"]
    return "\n".join(lines) + "\n"


# Axolotl ------------------------------------------------------------------------------------------


def _reading(format: str, style: str, keys: tuple[str, ...]) -> list[str]:
    """How a row is read, as the lines of a data set; none for rows it would misread."""
    has_system = "system" in keys or "system_prompt" in keys
    match format, style == "conversational":
        case "messages", _:
            return ["type: chat_template", "field_messages: messages"]
        case "sharegpt", _:
            # Its own column of system prompts would become an empty turn in rows without one.
            return [] if has_system else ["type: chat_template", *_CONVERSATIONS]
        case "alpaca", _:
            # This type takes a system prompt from every row, and rows without one have no such key.
            return [] if has_system else ["type: alpaca"]
        case "dpo", _:
            return [] if has_system else ["type: chat_template.default", "field_messages: prompt"]
        case "kto", False:
            return ["# llama3.ultra for the Llama 3 models", "type: chatml.ultra"]
        case "prompt-completion", False:
            return _fields("prompt", "completion", "")
        case (("prompt-completion" | "kto"), True):
            return []
    return _fields("instruction", "response", "system_prompt" if has_system else "")


_CONVERSATIONS = [
    "field_messages: conversations",
    "message_property_mappings:",
    "  role: from",
    "  content: value",
    "roles:",
    '  system: ["system"]',
    '  user: ["human"]',
    '  assistant: ["gpt"]',
]


def _fields(instruction: str, response: str, system: str) -> list[str]:
    told = "### Instruction:\\n{instruction}\\n\\n### Response:\\n"
    return [
        "type:",
        f"  field_instruction: {instruction}",
        f"  field_output: {response}",
        *([f"  field_system: {system}", '  system_format: "{system}\\n\\n"'] if system else []),
        f'  format: "{told}"',
        f'  no_input_format: "{told}"',
    ]


def _axolotl(method: str, reading: list[str], files: Mapping[str, str], model: str) -> str:
    kind = {"csv": "csv", "parquet": "parquet"}.get(files["train"].rpartition(".")[2], "json")
    lines = [
        "# axolotl train trainers/axolotl.yaml",
        *_told(method),
        f"base_model: {json.dumps(model or UNKNOWN)}",
        *([f"rl: {method}", "rl_beta: 0.1"] if method != "sft" else []),
        *(["remove_unused_columns: false"] if method == "kto" else []),
        *(["chat_template: tokenizer_default"] if "chat_template" in reading[0] else []),
        *_axolotl_data("datasets", files["train"], kind, reading),
    ]
    if "validation" in files:
        lines += _axolotl_data("test_datasets", files["validation"], kind, reading)
        lines += ["evals_per_epoch: 1"]
    lines += [
        "val_set_size: 0",
        f"sequence_len: {LENGTH}",
        *(["train_on_inputs: false"] if method == "sft" else []),
        "output_dir: trained",
        "saves_per_epoch: 1",
        "save_total_limit: 1",
        "bf16: auto",
        "gradient_checkpointing: true",
        "warmup_steps: 0",
        *_batch("micro_batch_size"),
        *_optimiser(method, "num_epochs", "optimizer", "lr_scheduler"),
    ]
    return "\n".join(lines) + "\n"


def _axolotl_data(name: str, path: str, kind: str, reading: list[str]) -> Iterator[str]:
    yield f"{name}:"
    yield f"  - path: {json.dumps(path)}"
    yield f"    ds_type: {kind}"
    # A file by itself has one split, which is called train.
    yield "    split: train"
    yield from (f"    {line}" for line in reading)


# What both say ------------------------------------------------------------------------------------


def _told(method: str) -> list[str]:
    return [comment(PAPER), *([] if method == "sft" else [comment(OURS)]), ""]


def _batch(name: str) -> list[str]:
    return [
        f"# {TOTAL_BATCH} on one device: divide the steps by the number of devices you have.",
        f"{name}: 4",
        f"gradient_accumulation_steps: {TOTAL_BATCH // 4}",
    ]


def _optimiser(method: str, epochs: str, optimiser: str, schedule: str) -> list[str]:
    rate, last, count = RATES[method]
    return [
        f"{epochs}: {count}",
        f"{optimiser}: adamw_torch",
        "adam_beta1: 0.9",
        "adam_beta2: 0.95",
        # Written with a point: 1e-5 would be a text in YAML.
        f"learning_rate: {_with_point(rate)}",
        comment(FALL),
        f"{schedule}: polynomial",
        f"lr_scheduler_kwargs: {{lr_end: {_with_point(last)}, power: 1.0}}",
    ]


def _with_point(value: float) -> str:
    return f"{value:.1e}"
