"""Found by trying: a .jsonl file whose first line was damaged was read as CSV, and none of it was relayed."""

from dongne.currency import Payment, payment_line, read_payments
from dongne.signing import Domain
from scripts.localchain.suite import person

DOMAIN = Domain("Dongne", "1", 31_337, person("currency").address)


def test_a_damaged_first_line_is_left_out_and_the_others_are_read(tmp_path):
    payer, payee = person("payer"), person("shop").address
    signed = Payment(payer.address, payee, 100, 0, 4_000_000_000, bytes(32)).sign(payer, DOMAIN)
    file = tmp_path / "payments.jsonl"
    file.write_text("not json\n" + payment_line(signed, 0) + "\n", encoding="utf-8")

    found = read_payments(file, 0, DOMAIN)

    assert [each.line for each in found.payments] == [2]
    assert [problem.line for problem in found.problems.found] == [1]
