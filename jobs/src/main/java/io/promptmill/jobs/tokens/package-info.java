/**
 * Rows of data as tokens and blocks of tokens. A row that cannot be used keeps its place and says why; one task gets all rows
 * in their order.
 */
package io.promptmill.jobs.tokens;
