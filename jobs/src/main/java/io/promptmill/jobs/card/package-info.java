/**
 * The card of a model version: {@code README.md} and the files that it shows and links. {@code RunStory} and
 * {@code CardAuthor} go in; files come out.
 */
package io.promptmill.jobs.card;
