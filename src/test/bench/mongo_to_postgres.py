"""The community beside Serai, as a plain script has it: MongoDB -> PostgreSQL, once through all documents.

Each part that Serai makes a row of is a row here too, keyed the same way, with its content as JSON instead of columns. Delivered
again changes nothing unless the content is another one; a batch is committed before the next one is read. Not checked, not
landed in S3, not counted.

Needs psycopg 3 and PyMongo; for the stand-in of the local stack, which speaks an older protocol, PyMongo before 4.11.
BENCH_MONGO_URL, BENCH_MONGO_DATABASE and BENCH_POSTGRES_DSN say where. Prints how many rows it wrote.
"""
import os

import psycopg
import pymongo
from bson import json_util

BATCH = 1000
TABLES = ("users", "groups", "messages", "subscriptions", "invoices")


def text(value):
    return json_util.dumps(value)


def parts(collection, document):
    """The rows of a document: table, key, place in the document, content."""
    key = str(document["_id"])
    if collection == "messages":
        for place, message in enumerate(document.get("messages") or []):
            yield "messages", key, str(place), text(message)
        return
    subscriptions = document.pop("subscriptions", None)
    yield collection, key, "", text(document)
    if subscriptions is None:
        return
    invoices = subscriptions.pop("invoices", None) if isinstance(subscriptions, dict) else None
    yield "subscriptions", key, "", text(subscriptions)
    for place, invoice in enumerate(invoices or []):
        yield "invoices", key, str(place), text(invoice)


def main():
    source = pymongo.MongoClient(os.environ["BENCH_MONGO_URL"])[os.environ["BENCH_MONGO_DATABASE"]]
    written = 0
    with psycopg.connect(os.environ["BENCH_POSTGRES_DSN"]) as postgres, postgres.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"create table if not exists peer_{table} (document_id text, place text, content jsonb, primary key (document_id, place))"
            )
        postgres.commit()

        def store(batch):
            for table in TABLES:
                rows = [row[1:] for row in batch if row[0] == table]
                if rows:
                    cursor.execute(
                        f"""insert into peer_{table} as t select * from unnest(%s::text[], %s::text[], %s::jsonb[])
                            on conflict (document_id, place) do update set content = excluded.content
                            where t.content is distinct from excluded.content""",
                        tuple(list(column) for column in zip(*rows)),
                    )
            postgres.commit()
            return len(batch)

        for collection in ("users", "groups", "messages"):
            batch = []
            for number, document in enumerate(source[collection].find().sort("_id", 1).batch_size(BATCH), 1):
                batch.extend(parts(collection, document))
                if number % BATCH == 0:
                    written += store(batch)
                    batch = []
            written += store(batch)
    print(written)


main()
