"""What beeline, Hive's client for JDBC, gets from a Thrift server of Spark.

usage: sql_server.py PORT QUERY
"""

import subprocess
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

port, query = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
server = spark._jvm.org.apache.spark.sql.hive.thriftserver.HiveThriftServer2  # type: ignore
server.startWithContext(spark._jsparkSession.sqlContext())  # type: ignore
beeline = Path(pyspark.__file__).parent / "bin" / "beeline"
subprocess.run(
    [str(beeline), "-u", "jdbc:hive2://127.0.0.1:" + port, "--silent=true", "--outputformat=csv2", "-e", query],
    stdin=subprocess.DEVNULL,
    check=True,
)
