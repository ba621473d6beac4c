"""What an engineer writes first: asyncio, the openai SDK, a semaphore, one gather.

Nothing is stored. A reply is read as the JSON object it was asked for; what the SDK's own retries
do not mend, or what cannot be read, is lost. Prints ``{"kept": n, "lost": {"kind": n}}``.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import click
from openai import AsyncOpenAI

from bench.seeds import prompt


async def ask_all(client: AsyncOpenAI, items: int, chain: int, concurrency: int) -> list[object]:
    """Every item's last reply, or the exception it ended with; ``chain`` calls one by one each."""
    gate = asyncio.Semaphore(concurrency)

    async def ask(question: str) -> dict[str, object]:
        async with gate:
            completion = await client.chat.completions.create(
                model="big", messages=[{"role": "user", "content": question}], max_tokens=512
            )
        return json.loads(completion.choices[0].message.content or "")

    async def item(number: int) -> dict[str, object]:
        reply: dict[str, object] = {}
        for _ in range(chain):
            reply = await ask(f"{prompt(number)}\n{reply or ''}")
        return reply

    async with client:
        return await asyncio.gather(*map(item, range(items)), return_exceptions=True)


@click.command()
@click.option("--items", default=2000)
@click.option("--chain", default=1, help="Dependent calls an item.")
@click.option("--concurrency", default=64)
@click.option("--timeout", type=float, help="Default: the SDK's 600 seconds.")
def main(items: int, chain: int, concurrency: int, timeout: float | None) -> None:
    client = AsyncOpenAI() if timeout is None else AsyncOpenAI(timeout=timeout)
    replies = asyncio.run(ask_all(client, items, chain, concurrency))
    lost = Counter(type(reply).__name__ for reply in replies if isinstance(reply, BaseException))
    click.echo(json.dumps({"kept": items - lost.total(), "lost": lost}))


if __name__ == "__main__":
    main()
