"""What a night cost, by model, read with the EventStoreDB client for Python.

pip install esdbclient
NIGHTSHIFT_URI=esdb://analyst:<password>@localhost:2113 NIGHTSHIFT_CA=authority.pem python night.py
"""

import json
import os
from collections import Counter

from esdbclient import EventStoreDBClient

with open(os.environ["NIGHTSHIFT_CA"], "rb") as file:
    authority = file.read()
client = EventStoreDBClient(uri=os.environ["NIGHTSHIFT_URI"], root_certificates=authority)

spent: Counter[str] = Counter()
merged = 0
for event in client.read_all(filter_include=["attempt.executed", "repo.merged"]):
    data = json.loads(event.data)
    if event.type == "attempt.executed":
        spent[data["model"]] += data["costMicroUsd"]
    else:
        merged += 1

for model, micro_usd in spent.most_common():
    print(f"{model:<20} ${micro_usd / 1_000_000:.4f}")
print(f"{merged} merged")
client.close()
