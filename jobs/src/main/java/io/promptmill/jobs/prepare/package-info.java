/**
 * The command {@code prepare}: posts of one or several users become training texts, with a share held out and a count for
 * each reason why a post is left out. Rows of a source go in; a folder comes out that {@code finetune} takes.
 */
package io.promptmill.jobs.prepare;
