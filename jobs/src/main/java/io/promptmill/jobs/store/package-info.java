/**
 * The files of one output folder in any of Hadoop's stores, each of which appears whole or not at all. What is written goes
 * through {@code OutputFiles} to the store that the folder's file system is: local disks, those that rename, or S3.
 */
package io.promptmill.jobs.store;
