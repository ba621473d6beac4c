"""Secrets and addresses are found by their shape; what only looks like one is left alone."""

from __future__ import annotations

import itertools
import random
import string
import time

import pytest

from codeclm.quality import Sensitive, find, masked

NUMBERS = random.Random(4)


def letters(count: int, among: str = string.ascii_letters + string.digits) -> str:
    return "".join(NUMBERS.choice(among) for _ in range(count))


def kinds(text: str) -> list[str]:
    return [one.kind for one in find(text)]


def shown(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in find(text)]


# Put together here, so that nothing that reads the repository takes them for real ones.
KEYS = [
    "sk-" + letters(48),
    "sk-proj-" + letters(20) + "_" + letters(30) + "-" + letters(24),
    "sk-ant-api03-" + letters(40) + "-" + letters(40) + "AA",
    "hf_" + letters(34, string.ascii_letters),
    "ghp_" + letters(36),
    "github_pat_" + letters(22) + "_" + letters(59),
    "glpat-" + letters(20),
    "AKIA" + letters(16, string.ascii_uppercase + string.digits),
    "AIza" + letters(35),
    "xoxb-" + letters(12, string.digits) + "-" + letters(13, string.digits) + "-" + letters(24),
    "sk_live_" + letters(24),
    "rk_test_" + letters(24),
    "eyJ" + letters(30) + ".eyJ" + letters(60) + "." + letters(43),
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("around", ["{}", "Use {} please.", 'key = "{}"', "(Authorization: {})\n"])
def test_a_key_of_a_known_shape_is_a_secret(key, around):
    text = around.format(key)
    assert shown(text) == [("secret", key)]


def test_a_private_key_is_one_secret_from_its_first_line_to_its_last():
    body = "\n".join(letters(64) for _ in range(8))
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    assert shown(f"Mine:\n{key}\nand more") == [("secret", key)]
    assert kinds(f"-----BEGIN PRIVATE KEY-----\n{body}") == ["secret"]
    assert kinds(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----") == []


@pytest.mark.parametrize(
    "text",
    [
        'password = "tR7!kq92Zx"',
        "DB_PASSWORD=9fKd82ncQ1",
        '{"client_secret": "3f9c1e7ab0d24886a1f2"}',
        "api-key: 8f14e45fceea167a5a36dedd4bea2543",
        "The password is: Xk9#mQ2$vL",
    ],
)
def test_a_random_value_that_is_called_a_password_is_a_secret(text):
    assert kinds(text) == ["secret"]


@pytest.mark.parametrize(
    "text",
    [
        "password = input('Your password: ')",
        "password = 'password123'",
        "token = tokenizer.encode(text2)",
        'api_key = os.environ["MY_API_KEY_2"]',
        "api_key=YOUR_API_KEY_HERE_123",
        "password: correct horse battery staple",
        "secret = my_module.version2.load_v3",
        "sha = 8f14e45fceea167a5a36dedd4bea2543",
        "token: https://host.org/v1/tokens/list",
        "sk-learn-estimators-and-their-pipelines",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1A",
        "AKIAIOSFODNN7EXAMPLE",
        "risk-averse-and-task-oriented-people-2024",
    ],
)
def test_code_and_placeholders_are_no_secrets(text):
    assert find(text) == []


def test_addresses_are_found_but_not_those_of_examples():
    assert shown("Write to Ann <ann.lee+x@mail.acme-shop.co.uk>, or bob@acme.io.") == [
        ("e-mail", "ann.lee+x@mail.acme-shop.co.uk"),
        ("e-mail", "bob@acme.io"),
    ]
    for text in (
        "ann@example.com, bob@mail.example.org, c@example.net, d@site.test, e@localhost",
        "git clone git@github.com:who/what.git",
        "@app.route('/') and a @ b.com, x@y, lodash@4.17.21, @mention.here",
    ):
        assert find(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "+49 171 2345678",
        "+44 20 7946 0958",
        "+14155552671",
        "(212) 736-5000",
        "212-736-5000",
        "212.736.5000",
        "1-800-275-2273",
    ],
)
def test_telephone_numbers_are_found(number):
    assert shown(f"Call {number}, now") == [("phone", number)]


def test_a_national_number_needs_a_word_that_says_what_it_is():
    assert shown("Tel.: 030 12345678") == [("phone", "030 12345678")]
    assert find("The serial is 030 12345678") == []


@pytest.mark.parametrize(
    "text",
    [
        "(212) 555-0123, 1-212-555-0199 and +1 212 555 0100",
        "555-123-4567",
        "123-456-7890",
        "On 2021-05-12 at 10:30:00, or 12/05/2021.",
        "pi is 3.14159265358979323846",
        "2 3 5 7 11 13 17 19 23 29 31 37 41",
        "x+12345678901",
        "192.168.10.255 and 10.0.0.1:8080",
        "ISBN 978-3-16-148410-0",
        "{1234567890: 9876543210}",
        "id 550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_other_numbers_and_those_that_nobody_has_are_left_alone(text):
    assert find(text) == []


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "5555555555554444",
        "3782 822463 10005",
        "6011111111111117",
        "30569309025904",
    ],
)
def test_card_numbers_have_a_known_beginning_and_the_right_check_digit(number):
    assert shown(f"Pay with {number}.") == [("card number", number)]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert find(f"Pay with {wrong}.") == []
    assert find(f"0.{number}") == []


def test_other_numbers_with_the_right_check_digit_are_no_cards():
    assert find("9111111111111119 0000000000000000 123456789012347") == []


def test_an_iban_has_the_right_check_digits():
    assert shown("To DE89 3704 0044 0532 0130 00.") == [("IBAN", "DE89 3704 0044 0532 0130 00")]
    assert shown("GB82WEST12345698765432") == [("IBAN", "GB82WEST12345698765432")]
    assert find("DE88 3704 0044 0532 0130 00") == []


def test_findings_come_in_order_and_do_not_overlap():
    text = f"bob@acme.io {KEYS[0]} 4111111111111111 +49 171 2345678 token: {KEYS[4]}"
    found = find(text)
    assert [one.kind for one in found] == ["e-mail", "secret", "card number", "phone", "secret"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_a_list_shows_no_more_than_the_ends_of_a_secret():
    text = f"key {KEYS[0]}"
    (one,) = find(text)
    assert masked(text, one) == f"{KEYS[0][:3]}…{KEYS[0][-2:]}"
    assert masked("a@b.co", Sensitive("e-mail", 0, 6)) == "a…"
    assert masked("", Sensitive("secret", 0, 0)) == "…"


def test_lone_surrogates_and_other_alphabets_do_no_harm():
    assert find("\ud800 ١٢٣٤٥٦٧٨٩٠١٢٣ пароль 电话") == []
    assert kinds("\ud800 电话 bob@acme.io") == ["e-mail"]


HOSTILE = ["a", "1", "@", "-", "=", ":", "+", " ", "1 ", "a@", "a@a.", "sk-", "eyJ", "eyJaaaaaaaa.",
           "4111 ", "(212) ", "+1 ", "A1 ", "AB12 ", "password=", "tel 01 ", "-----BEGIN ",
           "-----BEGIN PRIVATE KEY-----", "token=Aa1aaaaaaa "]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_makes_it_slow(piece):
    text = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    times = []
    for size in (250_000, 1_000_000):
        before = time.process_time()
        find(text[:size])
        times.append(time.process_time() - before)
    # Four times the text takes four times as long, sixteen times where it is quadratic.
    assert times[1] < 9 * times[0] + 0.2
    assert times[1] < 6
