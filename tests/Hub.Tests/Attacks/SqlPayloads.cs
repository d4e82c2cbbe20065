namespace Composable.Hub.Tests.Attacks;

/// <summary>What scanners put into parameters, for row 14.</summary>
internal static class SqlPayloads
{
    public static readonly string[] All =
    [
        "'", "''", "\"", "`", "\\", "';", "')", "'))", "\")", "' --", "'--", "'#", "'/*", "*/", "' OR '1'='1", "' OR 1=1--", "' OR 1=1#", "\" OR \"\"=\"", "') OR ('1'='1", "1 OR 1=1", "1) OR (1=1", "' OR ''='", "admin'--", "x' AND 1=0 UNION SELECT NULL--",
        "' UNION SELECT NULL--", "' UNION SELECT NULL,NULL,NULL--", "' UNION ALL SELECT hash,hint,scopes FROM access_keys--", "1 UNION SELECT value FROM secrets", "' UNION SELECT sqlite_version()--", "' UNION SELECT version()--", "'; DROP TABLE canary; --",
        "'; DROP TABLE canary CASCADE; --", "1; DELETE FROM canary", "'; UPDATE canary SET word = 'gone'; --", "'; INSERT INTO canary (word) VALUES ('in'); --", "'; ATTACH DATABASE 'x.db' AS x; --", "'; COPY canary TO PROGRAM 'id'; --", "'||(SELECT word FROM canary)||'",
        "' AND (SELECT count(*) FROM canary) > 0--", "' AND 1=CAST((SELECT word FROM canary) AS int)--", "' AND extractvalue(1,concat(0x7e,version()))--", "1 AND pg_sleep(120)", "'; SELECT pg_sleep(120)--", "'||pg_sleep(120)||'", "' AND 1=(SELECT 1 FROM pg_sleep(120))--",
        "' AND randomblob(1000000000)--", "' AND 1=LIKE('ABCDEFG',UPPER(HEX(RANDOMBLOB(300000000/2))))--", "$1", "@p1", ":p1", "?1", "{0}", "%' OR '%'='", "_%", "%", "\\' OR 1=1--", "' OR 1=1 LIMIT 1 OFFSET 1--", "ORDER BY 999", "1 ORDER BY 1,2,3--", "' GROUP BY 1 HAVING 1=1--",
        "ʼ OR 1=1--", "＇ OR 1=1--", "%27%20OR%201=1--", "%2527", "' /*!50000OR*/ 1=1--", "E'\\x27'", "$$ OR 1=1 $$", "1e0 OR 1", "0x27204f5220313d31",
    ];
}
