"""One pace per customer key for many processes and hosts, kept in Redis or Valkey.

async with OpenDental(buckets=RedisBuckets("redis://localhost:6379/0")) as od:
    ...
"""

from odapi_async.scheduler.redis.buckets import RedisBuckets
from odapi_async.scheduler.redis.connection import BucketUnavailable

__all__ = ["BucketUnavailable", "RedisBuckets"]
