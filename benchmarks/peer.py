"""One peer measured, run by `benchmarks/peers.py` inside the environment where the peers are installed.

`python peer.py NAME MODEL_FOLDER TASK.json` prints one line of JSON: seconds to index, milliseconds of each question,
and the passage found for each. Imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

QUERY, PASSAGE = "query: ", "passage: "  # the model wants to be told which is which

# Takes the model's folder and the passages by id; gives the seconds that indexing took and a search for the best id.
Peer = Callable[[str, Mapping[str, str]], tuple[float, Callable[[str], str]]]


def langchain(model: str, passages: Mapping[str, str]) -> tuple[float, Callable[[str], str]]:
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(
        model_name=model,
        encode_kwargs={"normalize_embeddings": True, "prompt": PASSAGE},
        query_encode_kwargs={"normalize_embeddings": True, "prompt": QUERY},
    )
    embeddings.embed_documents(["warm"])
    started = time.perf_counter()
    store = FAISS.from_texts(list(passages.values()), embeddings, ids=list(passages))
    elapsed = time.perf_counter() - started
    return elapsed, lambda question: str(store.similarity_search(question, k=1)[0].id)


def llama_index(model: str, passages: Mapping[str, str]) -> tuple[float, Callable[[str], str]]:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embedding = HuggingFaceEmbedding(model_name=model, query_instruction=QUERY, text_instruction=PASSAGE)
    embedding.get_text_embedding("warm")
    nodes = [TextNode(id_=name, text=text) for name, text in passages.items()]
    started = time.perf_counter()
    index = VectorStoreIndex(nodes, embed_model=embedding)
    elapsed = time.perf_counter() - started
    retriever = index.as_retriever(similarity_top_k=1)
    return elapsed, lambda question: str(retriever.retrieve(question)[0].node.node_id)


def txtai(model: str, passages: Mapping[str, str]) -> tuple[float, Callable[[str], str]]:
    from txtai import Embeddings

    instructions = {"query": QUERY, "data": PASSAGE}
    embeddings = Embeddings(path=model, method="sentence-transformers", instructions=instructions)
    embeddings.batchtransform(["warm"], "data")
    started = time.perf_counter()
    embeddings.index(list(passages.items()))
    elapsed = time.perf_counter() - started
    return elapsed, lambda question: str(embeddings.search(question, 1)[0][0])


PEERS: dict[str, Peer] = {"LangChain FAISS": langchain, "LlamaIndex": llama_index, "txtai": txtai}


def main() -> None:
    name, model, task_file = sys.argv[1:]
    task: dict[str, Any] = json.loads(Path(task_file).read_text("utf-8"))
    seconds, search = PEERS[name](model, task["passages"])
    search("问")
    found, times = [], []
    for question in task["questions"]:
        started = time.perf_counter()
        found.append(search(question))
        times.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"index_s": seconds, "times_ms": times, "found": found}))


if __name__ == "__main__":
    main()
