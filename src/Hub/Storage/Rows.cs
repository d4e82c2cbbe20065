using System.Text;
using System.Text.Json;

namespace Composable.Hub.Storage;

/// <summary>
/// A list of objects as a table in SQL: <c>FROM {Rows.Of(lines, "l").Text("sku", line => line.Sku).Number("quantity", line => line.Quantity)}</c>.
/// PostgreSQL gets one array a column, whose plans stay the same however long the list is; SQLite gets JSON.
/// </summary>
internal abstract class Rows(string alias)
{
    protected sealed record Column<T>(string Name, Func<T, string?>? Text, Func<T, long?>? Number)
    {
        public object? Of(T row) => Text is not null ? Text(row) : Number!(row);

        public object Values(T[] rows) => Text is not null ? Array.ConvertAll(rows, row => Text(row)) : Array.ConvertAll(rows, row => Number!(row));
    }

    protected string Alias { get; } = alias;

    public static Rows<T> Of<T>(IEnumerable<T> rows, string alias) => new([.. rows], alias);

    public abstract void AppendArrays(string placeholder, StringBuilder text, List<object?> values);

    public abstract void AppendJson(string placeholder, StringBuilder text, List<object?> values);
}

internal sealed class Rows<T>(T[] rows, string alias) : Rows(alias)
{
    private readonly List<Column<T>> columns = [];

    public Rows<T> Text(string name, Func<T, string?> value) => With(new(name, value, null));

    public Rows<T> Number(string name, Func<T, long?> value) => With(new(name, null, value));

    public override void AppendArrays(string placeholder, StringBuilder text, List<object?> values)
    {
        text.Append("unnest(");
        for (var i = 0; i < columns.Count; i++)
        {
            values.Add(columns[i].Values(rows));
            text.Append(i == 0 ? "" : ", ").Append(placeholder).Append(values.Count);
        }

        text.Append(") AS ").Append(Alias).Append(" (").AppendJoin(", ", columns.Select(column => column.Name)).Append(')');
    }

    public override void AppendJson(string placeholder, StringBuilder text, List<object?> values)
    {
        values.Add(Json());
        text.Append("(SELECT ").AppendJoin(", ", columns.Select((column, i) => $"json_extract(value, '$[{i}]') AS {column.Name}"))
            .Append(" FROM json_each(").Append(placeholder).Append(values.Count).Append(")) AS ").Append(Alias);
    }

    private Rows<T> With(Column<T> column)
    {
        columns.Add(column);
        return this;
    }

    private string Json() => JsonSerializer.Serialize(Array.ConvertAll(rows, row => columns.ConvertAll(column => column.Of(row))));
}

/// <summary>Any of a list of texts: <c>WHERE sku {Sql.In(codes)}</c>.</summary>
internal sealed record AnyOf(string[] Texts)
{
    public void AppendArray(string placeholder, StringBuilder text, List<object?> values)
    {
        values.Add(Texts);
        text.Append("= ANY (").Append(placeholder).Append(values.Count).Append(')');
    }

    public void AppendJson(string placeholder, StringBuilder text, List<object?> values)
    {
        values.Add(JsonSerializer.Serialize(Texts));
        text.Append("IN (SELECT value FROM json_each(").Append(placeholder).Append(values.Count).Append("))");
    }
}
