/**
 * A run as one HTML page that needs nothing else. {@code RunStory} or {@code StoredOutput} goes in; the page comes out.
 */
package io.promptmill.jobs.report;
