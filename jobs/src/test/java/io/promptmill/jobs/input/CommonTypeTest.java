package io.promptmill.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonTypeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tinyint | bigint | bigint",
                "int | bigint | bigint",
                "smallint | float | float",
                "int | float |",
                "float | double | double",
                "int | double | double",
                "bigint | double |",
                "bigint | decimal(20,0) | decimal(20,0)",
                "int | decimal(5,2) | decimal(12,2)",
                "bigint | decimal(38,20) |",
                "decimal(10,2) | decimal(8,4) | decimal(12,4)",
                "decimal(38,0) | decimal(38,1) |",
                "decimal(5,2) | double |",
                "string | binary |",
                "string | int |",
                "date | timestamp |",
                "timestamp | timestamp_ntz |",
                "boolean | int |",
                "string | void | string",
                "array<int> | array<bigint> | array<bigint>",
                "array<int> | array<string> |",
                "array<int> | int |",
                "map<string,int> | map<string,double> | map<string,double>",
                "map<int,int> | map<string,int> |",
                "struct<a:int,b:string> | struct<B:string,c:date,A:bigint> | struct<a:bigint,b:string,c:date>",
                "struct<a:int> | struct<a:string> |",
                "array<struct<a:int>> | array<struct<b:int>> | array<struct<a:int,b:int>>",
            })
    void theCommonTypeHoldsEveryValueOrThereIsNone(String one, String other, String common) {
        Optional<String> expected = Optional.ofNullable(common);
        assertThat(CommonType.of(type(one), type(other)).map(DataType::simpleString))
                .isEqualTo(expected);
        if (!one.contains("struct")) { // whose fields are in the order of the first
            assertThat(CommonType.of(type(other), type(one)).map(DataType::simpleString))
                    .as("the other way round")
                    .isEqualTo(expected);
        }
    }

    @Test
    void aFileIsReadByItsOwnTypesWithinTheCommonOnes() {
        DataType common = type("struct<a:bigint,b:array<struct<x:double,y:int>>,c:map<string,bigint>>");
        assertThat(CommonType.reading(common, type("struct<B:array<struct<x:float>>,A:int,c:map<string,int>>"))
                        .simpleString())
                .isEqualTo("struct<a:int,b:array<struct<x:float,y:int>>,c:map<string,int>>");
    }

    private static DataType type(String ddl) {
        return ddl.equals("void") ? DataTypes.NullType : DataType.fromDDL(ddl);
    }
}
