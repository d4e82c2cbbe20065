using System.Text;
using Composable.Hub.Catalog.Import;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Hub.Tests.Catalog.Import;

public sealed class CsvReaderTests
{
    [Fact]
    public async Task Quoted_newlines_count_as_lines_of_the_file()
    {
        var records = await ReadAsync("a,b\r\n\"one\r\ntwo\rthree\nfour\",x\r\ny,\"\"\r\n");

        records.Select(record => record.Line).ShouldBe([1, 2, 6]);
        records[1].Fields.ShouldBe(["one\r\ntwo\rthree\nfour", "x"]);
        records[2].Fields.ShouldBe(["y", ""]);
    }

    [Theory]
    [InlineData("a,b\n\n\nc,d", 4)]
    [InlineData("a,b\r\n\r\n\r\nc,d\r\n", 4)]
    [InlineData("a,b\rc,d\r", 2)]
    public async Task Blank_lines_are_no_records_but_are_counted(string text, long line)
    {
        var records = await ReadAsync(text);

        records.Count.ShouldBe(2);
        records[1].Line.ShouldBe(line);
        records[1].Fields.ShouldBe(["c", "d"]);
    }

    [Fact]
    public async Task Text_behind_a_closing_quote_is_a_problem_of_that_record_only()
    {
        var records = await ReadAsync("\"a\"b,c\nd,e\n");

        records.Select(record => record.Problem is null).ShouldBe([false, true]);
    }

    [Fact]
    public async Task A_quote_inside_plain_text_is_plain_text() => (await ReadAsync("27\" wheel,x")).Single().Fields.ShouldBe(["27\" wheel", "x"]);

    [Fact]
    public async Task A_quote_that_is_never_closed_is_reported_with_the_line_it_opened_on()
    {
        var records = await ReadAsync("a,b\nc,\"d\ne,f\n");

        records[1].Line.ShouldBe(2);
        records[1].Problem.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_record_that_is_too_long_is_skipped_and_reading_goes_on()
    {
        var records = await ReadAsync($"a,b\n\"{new string('x', ImportText.MaxRecord)}\n\",y\nc,d\n");

        records.Count.ShouldBe(3);
        records[1].ShouldSatisfyAllConditions(record => record.Line.ShouldBe(2), record => record.Problem.ShouldNotBeNull(), record => record.Fields.ShouldBeEmpty());
        records[2].ShouldSatisfyAllConditions(record => record.Line.ShouldBe(4), record => record.Problem.ShouldBeNull(), record => record.Fields.ShouldBe(["c", "d"]));
    }

    [Fact]
    public void What_a_correct_writer_writes_is_read_back_with_its_line_numbers()
    {
        var character = Gen.Frequency((6, Gen.Elements("ab ,\"\r\n;'é\u00a0𐐷".ToCharArray())), (1, ArbMap.Default.GeneratorFor<char>()));
        var field = character.ArrayOf().Select(characters => new string(characters));
        var row = field.NonEmptyListOf().Select(fields => fields.ToArray());
        var file = Gen.Zip(row.ListOf(), Gen.Elements("\n", "\r\n", "\r"));
        Prop.ForAll(file.ToArbitrary(), written => ReadsBack([.. written.Item1], written.Item2)).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static bool ReadsBack(string[][] rows, string lineBreak)
    {
        var text = new StringBuilder();
        var lines = new List<long>();
        foreach (var row in rows)
        {
            lines.Add(1 + LineBreaks(text.ToString()));
            text.AppendJoin(',', row.Select(field => $"\"{field.Replace("\"", "\"\"")}\"")).Append(lineBreak);
        }
        var read = ReadAsync(text.ToString()).GetAwaiter().GetResult();
        return read.All(record => record.Problem is null)
            && read.Select(record => record.Line).SequenceEqual(lines)
            && read.Select(record => string.Join('\u0001', record.Fields)).SequenceEqual(rows.Select(row => string.Join('\u0001', row)));
    }

    private static int LineBreaks(string text) => text.Replace("\r\n", "\n").Count(c => c is '\r' or '\n');

    private static async Task<List<CsvRecord>> ReadAsync(string text)
    {
        var records = new List<CsvRecord>();
        await foreach (var record in new CsvReader(new StringReader(text)).ReadAsync()) records.Add(record);
        return records;
    }
}
