"""x"""


async def start_for_records(tx, ids):
    pass
