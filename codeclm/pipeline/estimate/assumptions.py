"""What an estimate assumes until earlier runs say better, and how much it takes to say so."""

from __future__ import annotations

from codeclm.chat import Role

# Shares -----------------------------------------------------------------------------------------

#: The shares kept of what is judged at θ = 3, at iteration 1 and at each later one. Over 70 % of
#: what the paper keeps comes from iteration 1 (Fig. 3), which a run of four iterations with these
#: gives; how much it keeps in all is not said. Fewer kept are more calls: we err to the dear side.
KEPT_FIRST, KEPT_LATER, AT_THETA = 0.55, 0.2, 3.0
#: A share kept is assumed to within about 0.2; one chain says it to within 0.5. So the assumption
#: weighs as much as (0.5 / 0.2)² chains: of 5 observed ones the mean moves halfway, 200 decide.
KEPT_WEIGHT = 6.0
#: The share of pairs that reviewers approve, and its weight in decisions, as above.
APPROVED, APPROVED_WEIGHT = 0.8, 6.0
#: The share of replies that are bad and asked for once more. It is small everywhere; a few calls
#: without a bad one say little against it.
UNUSABLE, UNUSABLE_WEIGHT = 0.01, 100.0
#: Of what Self-Instruct generates, the share that is accepted; a run of which less is accepted than
#: the second is not what anybody wants.
ACCEPTED, ACCEPTED_AT_LEAST = 0.7, 0.2
#: Of what evolves or grows, the shares that gain something and that survive.
GAINS, SURVIVES = 0.9, 0.85
#: The share of responses that are rated well enough; Alpagasus keeps 9 of 52 thousand of a weaker
#: model's.
RATED = 0.5
#: Different use cases and skills that a seed gives; near copies become one entry.
ENTRIES_A_SEED, ENTRIES_WEIGHT = 0.9, 3.0

# Lengths ----------------------------------------------------------------------------------------

#: Characters a token, in English.
CHARACTERS_A_TOKEN = 4
#: Characters of instructions as decoded and as improved, of an action, of a seed.
INSTRUCTION, IMPROVED, ACTION, SEED = 240, 480, 120, 200
#: How much longer prompts and answers are once an instruction has been improved.
HARDER = 1.3
#: Tokens of replies: metadata of a seed, one rubric with its action, both scores.
ENCODED, RUBRIC, SCORES = 35, 45, 20
#: Tokens of an assessment: both scores and why.
ASSESSED = 80
#: Tokens of replies to the compared methods: a tree of meaning, a verdict on gain, a rating with
#: its explanation.
TREE, GAIN, RATING = 100, 12, 70
#: Tokens of answers: the strong model's are fuller.
ANSWER: dict[Role, int] = {"strong": 450, "target": 350}
#: Lengths and latencies are assumed to within a factor of three or so; calls of one kind differ
#: among each other by a factor of 1.7. So the assumption weighs as much as (ln 1.7 / ln 3)² calls.
LENGTH_WEIGHT = 0.25

# Times ------------------------------------------------------------------------------------------

#: Seconds until a hosted model begins to answer, and the tokens a second it then writes.
BEGINS_AFTER, TOKENS_A_SECOND = 0.6, 60.0
#: Tokens a second that a model on this machine reads and writes in each of its slots: one of 1.5
#: billion parameters on two cores with other work did 9 and 2.3, and does several times that alone.
LOCAL_READS, LOCAL_WRITES = 20.0, 5.0
#: Seconds of this program's own work for a call, over the network and for simulated models: what
#: ``python -m bench`` measures. One process gets through no more, whatever the models do.
OWN_WORK, OWN_WORK_SIMULATED = 0.0012, 0.0004
#: Seconds until a run has started and its models are connected.
START = 0.3
