/**
 * What became of the posts of each user, and the table of it that people see. {@code UserCounts} go in; {@code CountsTable}
 * comes out, for the console, the data's folder, the run's page and the model's card.
 */
package io.promptmill.jobs.counts;
