"""Direct transfer from the payer's bank account to the payee's: the market holds no money and takes no fee."""

from payments.providers.transfer.provider import Transfer

PROVIDER = Transfer()
