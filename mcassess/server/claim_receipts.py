"""The platform's signed word that a claim was granted."""

import base64

from mcassess.server.data import PlatformData
from mcassess.sync.wire import canonical
from mcassess.sync.wire_claims import ClaimReceipt


def sign_claim(data: PlatformData, receipt: ClaimReceipt) -> ClaimReceipt:
    """Returns the receipt with its signature; the one in it is not looked at."""
    signed = canonical(receipt.model_dump(mode="json", exclude={"signature"}))
    return receipt.model_copy(update={"signature": base64.b64encode(data.sign_key().sign(signed)).decode()})
