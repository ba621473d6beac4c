"""Settings for trainers say what the rows are, and are what each trainer can read."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest
from facts import HOSTILE, card_facts

from codeclm.export.trainers import UNKNOWN, model_to_train, trainer_files
from codeclm.records import DataFile

ROOT = Path(__file__).resolve().parents[2]
LLAMA = "vllm:meta-llama/Llama-3.1-8B-Instruct"
TALK = {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}
SYSTEM = {"role": "system", "content": "Be kind."}

#: A row of each format and style, and what a script makes of it for TRL.
ROWS = {
    ("alpaca", ""): (
        {"instruction": "Why?", "input": "", "output": "So.", "system": "Be kind."},
        {"prompt": [SYSTEM, TALK[0]], "completion": [TALK[1]]},
    ),
    ("sharegpt", "llama-factory"): (
        {
            "conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "So."}],
            "system": "Be kind.",
        },
        {"prompt": [SYSTEM, TALK[0]], "completion": [TALK[1]]},
    ),
    ("sharegpt", "axolotl"): (
        {
            "conversations": [
                {"from": "system", "value": "Be kind."},
                {"from": "human", "value": "Why?"},
                {"from": "gpt", "value": "So."},
            ]
        },
        {"prompt": [SYSTEM, TALK[0]], "completion": [TALK[1]]},
    ),
    ("messages", ""): (
        {"messages": [*TALK]},
        {"prompt": [TALK[0]], "completion": [TALK[1]]},
    ),
    ("prompt-completion", "standard"): (
        {"prompt": "Why?", "completion": "So."},
        {"prompt": [TALK[0]], "completion": [TALK[1]]},
    ),
    ("prompt-completion", "conversational"): (
        {"prompt": [TALK[0]], "completion": [TALK[1]], "gap": 4.0},
        {"prompt": [TALK[0]], "completion": [TALK[1]]},
    ),
    ("dpo", "standard"): (
        {"prompt": "Why?", "chosen": "So.", "rejected": "So."},
        {"prompt": [TALK[0]], "chosen": [TALK[1]], "rejected": [TALK[1]]},
    ),
    ("dpo", "conversational"): (
        {"prompt": [TALK[0]], "chosen": [TALK[1]], "rejected": [TALK[1]], "gap": 4.0},
        {"prompt": [TALK[0]], "chosen": [TALK[1]], "rejected": [TALK[1]]},
    ),
    ("dpo", "llama-factory"): (
        {"prompt": "Why?", "chosen": "So.", "rejected": "So.", "system": "Be kind."},
        {"prompt": [SYSTEM, TALK[0]], "chosen": [TALK[1]], "rejected": [TALK[1]]},
    ),
    ("kto", "standard"): (
        {"prompt": "Why?", "completion": "So.", "label": False},
        {"prompt": [TALK[0]], "completion": [TALK[1]], "label": False},
    ),
    ("kto", "conversational"): (
        {"prompt": [TALK[0]], "completion": [TALK[1]], "label": True},
        {"prompt": [TALK[0]], "completion": [TALK[1]], "label": True},
    ),
    ("jsonl", ""): (
        {"instruction": "Why?", "response": "So.", "system_prompt": "Be kind.", "chain": []},
        {"prompt": [SYSTEM, TALK[0]], "completion": [TALK[1]]},
    ),
    ("csv", ""): (
        {"instruction": "Why?", "response": "So.", "system_prompt": ""},
        {"prompt": [TALK[0]], "completion": [TALK[1]]},
    ),
    ("parquet", ""): (
        {"instruction": "Why?", "response": "So.", "system_prompt": None},
        {"prompt": [TALK[0]], "completion": [TALK[1]]},
    ),
}
LAYOUTS = pytest.mark.parametrize(("format", "style"), ROWS)


def written(format: str, style: str = "", **changed) -> dict[str, str]:
    return trainer_files(card_facts(format, style=style, **changed), LLAMA)


def script_of(files: dict[str, str]) -> tuple[str, str]:
    ((path, text),) = [item for item in files.items() if item[0].endswith(".py")]
    return path, text


def test_gemini_has_no_trainer_here():
    assert written("gemini") == {}


def test_without_rows_or_without_both_texts_there_is_nothing_to_train_on():
    assert written("alpaca", files=()) == {}
    assert written("alpaca", files=(DataFile("data/train.jsonl", "train", 0, 0, ""),)) == {}
    assert written("csv", values={"instruction": "", "gap": 1.0}) == {}


@LAYOUTS
def test_each_format_has_the_script_of_its_method(format, style):
    path, text = script_of(written(format, style))
    method = format if format in ("dpo", "kto") else "sft"
    assert path == f"trainers/trl_{method}.py"
    compile(text, path, "exec")
    assert f"from trl import {method.upper()}Config, {method.upper()}Trainer" in text
    for said in (
        'adam_beta1=0.9', "adam_beta2=0.95", "max_length=2048", "TOTAL_BATCH = 64",
        'lr_scheduler_type="polynomial"', '"power": 1.0',
    ):  # fmt: skip
        assert said in text
    paper = "RATE, LAST_RATE = 1e-05, 1e-06" in text and "EPOCHS = 15" in text
    assert paper is (method == "sft")
    assert paper is ("does not train on preferences" not in text)


def test_the_scripts_are_tidy(tmp_path):
    if find_spec("ruff") is None:
        pytest.skip("ruff comes with the dev extra")
    for (format, style), _ in ROWS.items():
        _, text = script_of(written(format, style))
        (tmp_path / f"{format}_{style or 'only'}.py".replace("-", "_")).write_text(text)
    ruff = [sys.executable, "-m", "ruff"]
    settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", str(tmp_path)]
    for command in (["check", "-q", *settings], ["format", "-q", "--diff", *settings]):
        done = subprocess.run([*ruff, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


class Rows(list):
    """What ``datasets.Dataset`` is to a script."""

    from_list = classmethod(lambda cls, rows: cls(rows))


class Told:
    """A configuration or a trainer that keeps what it was given."""

    last: dict[str, dict] = {}  # noqa: RUF012

    def __init__(self, **given):
        self.last[type(self).__name__] = given

    def train(self):
        self.last["trained"] = {}

    def save_model(self, folder):
        self.last["saved"] = {"to": folder}


@pytest.fixture
def trainers(monkeypatch):
    """The libraries a script imports, which nobody has here."""
    trl, datasets = ModuleType("trl"), ModuleType("datasets")
    for name in ("SFT", "DPO", "KTO"):
        for kind in ("Config", "Trainer"):
            setattr(trl, name + kind, type(kind, (Told,), {}))
    datasets.Dataset = Rows  # pyright: ignore
    monkeypatch.setitem(sys.modules, "trl", trl)
    monkeypatch.setitem(sys.modules, "datasets", datasets)
    monkeypatch.setattr(Told, "last", {})
    return Told.last


def written_to(folder: Path, format: str, style: str, row: dict) -> Path:
    """A bundle of one row, twice, and its script."""
    (folder / "data").mkdir()
    (folder / "trainers").mkdir()
    for split in ("train", "validation"):
        if format == "csv":
            head, line = ",".join(row), ",".join(row.values())
            (folder / f"data/{split}.csv").write_text(f"{head}\n{line}\n")
        elif format == "parquet":
            import pyarrow as pa
            import pyarrow.parquet

            table = pa.Table.from_pylist([row])
            pyarrow.parquet.write_table(table, folder / f"data/{split}.parquet")
        else:
            (folder / f"data/{split}.jsonl").write_text(json.dumps(row) + "\n")
    path, text = script_of(written(format, style))
    (folder / path).write_text(text)
    return folder / path


@LAYOUTS
def test_a_script_gives_its_trainer_what_the_rows_say(
    format, style, trainers, tmp_path, monkeypatch
):
    row, expected = ROWS[format, style]
    path = written_to(tmp_path, format, style, row)
    monkeypatch.setattr(sys, "argv", [str(path), "--batch", "8"])
    monkeypatch.setitem(os.environ, "WORLD_SIZE", "2")
    runpy.run_path(str(path), run_name="__main__")
    assert trainers["Trainer"]["train_dataset"] == [expected]
    assert trainers["Trainer"]["eval_dataset"] == [expected]
    assert trainers["Trainer"]["model"] == "meta-llama/Llama-3.1-8B-Instruct"
    assert trainers["Config"]["gradient_accumulation_steps"] == 4
    assert trainers["Config"]["eval_strategy"] == "epoch"
    assert "trained" in trainers


def test_a_batch_that_cannot_add_up_is_refused(trainers, tmp_path, monkeypatch, capsys):
    path = written_to(tmp_path, "messages", "", ROWS["messages", ""][0])
    monkeypatch.setattr(sys, "argv", [str(path), "--batch", "5"])
    with pytest.raises(SystemExit):
        runpy.run_path(str(path), run_name="__main__")
    assert "must divide 64" in capsys.readouterr().err
    assert not trainers


@LAYOUTS
def test_dataset_info_names_columns_that_the_rows_have(format, style):
    row, _ = ROWS[format, style]
    files = written(format, style, values=row)
    if style == "conversational":
        assert not any("llama_factory" in path for path in files)
        return
    info = json.loads(files["trainers/llama_factory/dataset_info.json"])
    assert set(info) == {"codeclm_train", "codeclm_validation"}
    for one in info.values():
        assert set(one["columns"].values()) <= row.keys()
        assert one["file_name"].startswith("../../data/")
        has_system = {"system", "system_prompt"} & row.keys()
        assert ("system" in one["columns"]) is bool(has_system)
        assert one.get("ranking", False) is (format == "dpo")
        assert ("kto_tag" in one["columns"]) is (format == "kto")
    assert (
        "system"
        not in json.loads(written(format, style)["trainers/llama_factory/dataset_info.json"])[
            "codeclm_train"
        ]["columns"]
    )


def test_dataset_info_tells_the_names_of_keys_and_roles_in_messages():
    info = json.loads(written("messages")["trainers/llama_factory/dataset_info.json"])
    assert info["codeclm_train"]["formatting"] == "sharegpt"
    assert info["codeclm_train"]["tags"]["user_tag"] == "user"
    shared = json.loads(written("sharegpt")["trainers/llama_factory/dataset_info.json"])
    # Its tags are what LLaMA-Factory takes where none are told.
    assert "tags" not in shared["codeclm_train"]


@LAYOUTS
def test_yaml_says_the_paper_s_numbers_as_numbers(format, style):
    yaml = pytest.importorskip("yaml")
    row, _ = ROWS[format, style]
    told = {
        path: yaml.safe_load(text)
        for path, text in written(format, style).items()
        if path.endswith(".yaml")
    }
    for path, settings in told.items():
        preferences = format in ("dpo", "kto")
        rate, epochs = (1e-6, 3) if preferences else (1e-5, 15)
        assert settings["learning_rate"] == pytest.approx(rate)
        assert settings["lr_scheduler_kwargs"] == {"lr_end": pytest.approx(rate / 10), "power": 1}
        assert (settings["adam_beta1"], settings["adam_beta2"]) == (0.9, 0.95)
        assert settings["gradient_accumulation_steps"] == 16
        if "axolotl" in path:
            assert settings["num_epochs"] == epochs
            assert settings["micro_batch_size"] == 4
            assert settings["base_model"] == "meta-llama/Llama-3.1-8B-Instruct"
            assert settings.get("rl") == (format if preferences else None)
            (data,) = settings["datasets"]
            assert data["path"].startswith("data/train.")
            read = data["type"] if isinstance(data["type"], dict) else data
            named = {value for key, value in read.items() if key.startswith("field_")}
            assert named <= row.keys()
        else:
            assert settings["num_train_epochs"] == epochs
            assert settings["stage"] == (format if preferences else "sft")
            assert settings["eval_dataset"] == "codeclm_validation"


def test_axolotl_is_left_out_where_it_would_misread_a_row():
    for format, style in (("kto", "conversational"), ("prompt-completion", "conversational")):
        assert "trainers/axolotl.yaml" not in written(format, style)
    for format in ("alpaca", "sharegpt", "dpo"):
        assert "trainers/axolotl.yaml" in written(format)
        assert "trainers/axolotl.yaml" not in written(format, values={"system": ""})
    native = dict.fromkeys(("instruction", "response", "system_prompt"), "")
    told = written("jsonl", values=native)["trainers/axolotl.yaml"]
    assert "field_system: system_prompt" in told


def test_what_is_only_there_to_measure_by_is_not_trained_on():
    assert written("alpaca", files=(DataFile("data/test.jsonl", "test", 4, 40, ""),)) == {}


def test_without_a_validation_split_nothing_is_evaluated():
    facts = card_facts()
    files = trainer_files(replace(facts, files=facts.files[:1]), LLAMA)
    assert "eval_dataset" not in files["trainers/llama_factory/sft.yaml"]
    assert "test_datasets" not in files["trainers/axolotl.yaml"]
    assert "codeclm_validation" not in files["trainers/llama_factory/dataset_info.json"]
    only = DataFile("data/all.jsonl", "", 4, 40, "")
    assert '"train": "data/all.jsonl"' in script_of(written("messages", files=(only,)))[1]


@pytest.mark.parametrize(
    ("target", "model"),
    [
        ("vllm:meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("openai:gpt-4o-mini", ""),
        ("openrouter:meta-llama/llama-3.1-8b", ""),
        ("simulated:target", ""),
        ("imported:target", ""),
        ("ollama:llama3.2:1b", ""),
        ("vllm:../../etc/passwd", ""),
        ('vllm:a/b"; import os', ""),
        ("", ""),
        (HOSTILE, ""),
    ],
)
def test_only_a_model_that_can_be_loaded_is_named(target, model):
    assert model_to_train(target) == model
    files = trainer_files(card_facts(), target)
    _, text = script_of(files)
    compile(text, "script", "exec")
    assert (f'default="{model}"' if model else "required=True") in text
    assert (model or UNKNOWN) in files["trainers/axolotl.yaml"]
    assert (model or UNKNOWN) in files["trainers/llama_factory/sft.yaml"]
