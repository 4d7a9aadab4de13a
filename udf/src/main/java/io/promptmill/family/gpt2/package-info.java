/**
 * GPT-2 and its fine-tunes. {@link io.promptmill.family.gpt2.Gpt2Family} is what the rest finds; it reads config.json as
 * transformers' {@code GPT2Config} and names the tensors of {@code GPT2LMHeadModel}. What its layers compute is in {@code layers.py}.
 */
package io.promptmill.family.gpt2;
