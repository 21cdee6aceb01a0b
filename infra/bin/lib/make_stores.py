"""Creates the database and the bucket of MLflow, unless they exist.

From the environment: SLUICE_MLFLOW_DATABASE, SLUICE_S3_ENDPOINT, AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY. Argument: the bucket.
"""

import os
import sys
from urllib.parse import urlsplit, urlunsplit

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import ClientError
from psycopg import sql


def make_database(address: str) -> None:
    parts = urlsplit(address)
    name = parts.path.lstrip("/")
    try:
        psycopg.connect(address).close()
        print(f"the database {name} exists")
        return
    except psycopg.OperationalError as error:
        if "does not exist" not in str(error):
            raise
    # Every server has this one.
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    print(f"created the database {name}")


def make_bucket(endpoint: str, name: str) -> None:
    store = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=os.environ.get("SLUICE_S3_REGION", "us-east-1"),
        config=Config(signature_version="s3v4", connect_timeout=5, read_timeout=30),
    )
    try:
        store.head_bucket(Bucket=name)
        print(f"the bucket {name} exists")
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        store.create_bucket(Bucket=name)
        print(f"created the bucket {name}")


if __name__ == "__main__":
    make_database(os.environ["SLUICE_MLFLOW_DATABASE"])
    make_bucket(os.environ["SLUICE_S3_ENDPOINT"], sys.argv[1])
