"""Runs a client while this program of Spark is a server: a Thrift server, or one of Connect where that plugin is set.

usage: sql_server.py thrift|connect COMMAND ARGUMENT...
"""

import subprocess
import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
server = None
if sys.argv[1] == "thrift":
    servers = spark._jvm.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2  # type: ignore
    server = servers.startWithContext(spark._jsparkSession.sqlContext())  # type: ignore
subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, check=True)
if server:
    server.stop()  # its threads would keep the JVM from ending
