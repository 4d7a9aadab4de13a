"""What transformers makes of a folder that finetune wrote: the loss on blocks of token ids, and a greedy continuation, as JSON.

usage: finetuned.py FOLDER BLOCKS.jsonl PROMPT NEW_TOKENS
"""

import json
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, blocks, prompt, new_tokens = sys.argv[1:]
torch.set_num_threads(1)
model, told = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
model.eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
with open(blocks, encoding="utf8") as lines:
    ids = torch.tensor([json.loads(line)["input_ids"] for line in lines])
with torch.no_grad():
    loss = model(ids, labels=ids).loss.item()
    prompt_ids = tokenizer(prompt, return_tensors="pt").input_ids
    greedy = model.generate(prompt_ids, do_sample=False, min_length=0, max_new_tokens=int(new_tokens))
print(json.dumps({
    "loss": loss,
    "ids": greedy[0, prompt_ids.shape[1]:].tolist(),
    "missing": sorted(told["missing_keys"]),
    "unexpected": sorted(told["unexpected_keys"]),
}))
