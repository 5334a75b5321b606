"""The shared state in a Redis: what `state` says, for replicas on any number of machines."""

from __future__ import annotations

import json
import secrets
from typing import Any, Callable, Mapping

import redis

from .state import STATUSES, Known, Prediction, StateError, as_json, n_values, settled

SECONDS = 2.0
# Requests that are remembered for one key.
PER_KEY = 20


class RedisStore:
    is_remote = True

    def __init__(self, address: str, prefix: str, max_rows: int):
        """Names in the Redis begin with `prefix`, so that several models may share it."""
        self.prefix, self.max_rows = f"mllc:{prefix}:", max_rows
        try:
            self.redis = redis.Redis.from_url(
                address, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, health_check_interval=30, decode_responses=True
            )
            self.redis.ping()
        except (redis.RedisError, OSError, ValueError) as error:
            # The address may hold a password.
            raise StateError(f"the Redis of STATE_STORE: {error}") from None

    def _name(self, *parts: Any) -> str:
        return self.prefix + ":".join(map(str, parts))

    def _do(self, action: Callable[[redis.Redis], Any]) -> Any:
        try:
            return action(self.redis)
        except (redis.RedisError, OSError) as error:
            raise StateError(f"the Redis of STATE_STORE: {error}") from None

    def _atomically(self, name: str, decide: Callable[[Any], Any]) -> Any:
        """`decide` gets a pipe that watches the name, reads, calls `multi` and queues what is to be written; it is called
        again when somebody else wrote meanwhile."""
        return self._do(lambda r: r.transaction(decide, name, value_from_callable=True))

    def salt(self) -> str:
        name = self._name("salt")
        self._do(lambda r: r.set(name, secrets.token_hex(32), nx=True))
        return self._do(lambda r: r.get(name))

    def remember(self, request_id: str, prediction: Prediction, is_old: bool = False) -> None:
        name, order = self._name("p", request_id), self._name("order")
        text = f"{json.dumps(prediction[:4], separators=(',', ':'))[:-1]},{as_json(prediction.values)}]"

        def write(pipe: Any) -> int:
            before = pipe.get(name)
            pipe.multi()
            if before and is_old:
                return 0
            n_before = len(json.loads(before)[4]) if before else 0
            pipe.set(name, text)
            pipe.zadd(order, {request_id: prediction.at})
            pipe.incrby(self._name("rows"), n_values(prediction.values) - n_before)
            if prediction.key_hash:
                keyed = self._name("k", prediction.key_hash)
                pipe.zadd(keyed, {request_id: prediction.at})
                pipe.zremrangebyrank(keyed, 0, -PER_KEY - 1)
            return 1

        self._atomically(name, write)
        while int(self._do(lambda r: r.get(self._name("rows"))) or 0) > self.max_rows and self._do(lambda r: r.zcard(order)) > 1:
            self._forget_oldest(order)

    def _forget_oldest(self, order: str) -> None:
        # Whoever takes it out of the order forgets it: no other replica does it again.
        for request_id, _ in self._do(lambda r: r.zpopmin(order)):
            name = self._name("p", request_id)
            text = self._do(lambda r, name=name: r.getdel(name))
            if not text:
                continue
            _, _, _, key_hash, values = json.loads(text)
            self._do(lambda r, n=len(values): r.decrby(self._name("rows"), n))
            if key_hash:
                self._do(lambda r, key=key_hash, rid=request_id: r.zrem(self._name("k", key), rid))

    def find(self, request_id: str) -> Prediction | None:
        text = self._do(lambda r: r.get(self._name("p", request_id)))
        return Prediction(*json.loads(text)) if text else None

    def latest(self, key_hash: str, at: float) -> str | None:
        found = self._do(lambda r: r.zrevrangebyscore(self._name("k", key_hash), at, "-inf", start=0, num=1))
        return found[0] if found else None

    def settle(self, line: Mapping[str, Any]) -> dict:
        place = (line["request_id"], line["row"])
        name, history = self._name("o", *place), self._name("h", *place)
        counts, scores = self._name("counts"), self._name("scores")

        def write(pipe: Any) -> dict:
            found = pipe.get(name)
            old = json.loads(found) if found else None
            new = settled(old, line)
            pipe.multi()
            pipe.hincrby(counts, new["status"], 1)
            if new["status"] == "duplicate":
                return new
            pipe.set(name, json.dumps(new))
            pipe.rpush(history, json.dumps(new))
            if old:
                pipe.hincrby(scores, f"n:{old['variant']}", -1)
                pipe.hincrbyfloat(scores, f"total:{old['variant']}", -old["score"])
            else:
                pipe.hincrby(counts, "late", int(new["late"]))
                pipe.lpush(self._name("settled"), json.dumps(place))
            pipe.zadd(self._name("delays"), {json.dumps(place): new["delay_seconds"]})
            pipe.hincrby(scores, f"n:{new['variant']}", 1)
            pipe.hincrbyfloat(scores, f"total:{new['variant']}", new["score"])
            return new

        new = self._atomically(name, write)
        while self._do(lambda r: r.llen(self._name("settled"))) > self.max_rows:
            if member := self._do(lambda r: r.rpop(self._name("settled"))):
                place = json.loads(member)
                self._do(lambda r, place=place: r.delete(self._name("o", *place), self._name("h", *place)))
                self._do(lambda r, member=member: r.zrem(self._name("delays"), member))
        return new

    def history(self, request_id: str, row: int) -> list[dict]:
        return [json.loads(line) for line in self._do(lambda r: r.lrange(self._name("h", request_id, row), 0, -1))]

    def count(self, counts: Mapping[str, int]) -> None:
        for name, n in counts.items():
            self._do(lambda r, name=name, n=n: r.hincrby(self._name("counts"), name, n))

    def known(self) -> Known:
        counts = self._do(lambda r: r.hgetall(self._name("counts")))
        found = self._do(lambda r: r.hgetall(self._name("scores")))
        delays = [delay for _, delay in self._do(lambda r: r.zrange(self._name("delays"), 0, -1, withscores=True))]
        numbers = {name.removeprefix("n:"): int(n) for name, n in found.items() if name.startswith("n:")}
        scores = {variant: (n, float(found[f"total:{variant}"])) for variant, n in numbers.items() if n > 0}
        return Known({name: int(counts.get(name, 0)) for name in STATUSES}, delays, scores)

    def is_done(self, what: str) -> bool:
        return bool(self._do(lambda r: r.exists(self._name("done", what))))

    def finish(self, what: str) -> bool:
        return bool(self._do(lambda r: r.set(self._name("done", what), "1", nx=True)))

    def close(self) -> None:
        self.redis.close()
