"""What becomes of a row of a list that is paid out: of cash-back, of volunteers' shifts."""

from dongne.language import Message, _

PAID, BEFORE, NOT_PAID = Message(_("paid")), Message(_("paid before")), Message(_("not paid"))
