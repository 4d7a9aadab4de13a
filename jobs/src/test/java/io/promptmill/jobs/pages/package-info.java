/**
 * The pages that users read: README.md and those that it links. Their commands and examples are run as they stand there, in
 * a folder that has the files which the pages speak of.
 */
package io.promptmill.jobs.pages;
