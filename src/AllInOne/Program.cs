using System.CommandLine;
using Composable.AllInOne;
using Composable.AllInOne.Connectors;
using Composable.AllInOne.Verbs;
using Spectre.Console;

var port = new Option<int>("--port") { DefaultValueFactory = _ => 5080, Description = "The hub's port; the vendor sandbox is on port + 10." };
var data = new Option<string>("--data") { DefaultValueFactory = _ => ".composable", Description = "Directory of everything that is kept." };
var db = new Option<string?>("--db") { Description = "A PostgreSQL connection string; SQLite in the data directory otherwise." };
var noDemo = new Option<bool>("--no-demo-data") { Description = "Start without the sample catalogue." };

ShopOptions Options(ParseResult result) => new(result.GetValue(port), result.GetValue(data)!, result.GetValue(db), !result.GetValue(noDemo));

var root = new RootCommand("Composable: hub and vendor sandbox on one machine.") { port, data, db, noDemo };
root.SetAction((result, cancellationToken) => Shop.RunAsync(Options(result), cancellationToken));

// Not of "connector new", which has a --port of its own.
void AddVerb(Command verb)
{
    foreach (var option in (Option[])[port, data, db, noDemo]) verb.Add(option);
    root.Add(verb);
}

var file = new Argument<FileInfo>("FILE");
var format = new Option<string?>("--format") { Description = "shopify-csv, jsonl or online-retail; found out from the file otherwise." };
var currency = new Option<string?>("--currency") { Description = "ISO 4217, for files that do not say it." };
var report = new Option<FileInfo?>("--report") { Description = "Where every rejected row is written, as JSON Lines." };
var import = new Command("import", "Import a catalogue file.") { file, format, currency, report };
import.SetAction((result, cancellationToken) => Shop.WithHubAsync(Options(result), hub => new ImportVerb(hub, AnsiConsole.Console).RunAsync(
    result.GetValue(file)!, new() { Format = result.GetValue(format), Currency = result.GetValue(currency), Report = result.GetValue(report) }, cancellationToken), cancellationToken));
AddVerb(import);

var orders = new Argument<FileInfo>("FILE");
var invoices = new Option<int?>("--invoices") { Description = "Only the first so many invoices." };
var parallel = new Option<int>("--parallel") { DefaultValueFactory = _ => 4, Description = "Customers that buy at the same time." };
var state = new Option<FileInfo?>("--state") { Description = "Remembers what was bought, so that a second run goes on." };
var noImport = new Option<bool>("--no-import") { Description = "The products are there already." };
var replay = new Command("replay-orders", "Buy every invoice of an order file through the API.") { orders, invoices, parallel, state, noImport, report };
replay.SetAction((result, cancellationToken) => Shop.WithHubAsync(Options(result), hub => new ReplayOrdersVerb(hub, AnsiConsole.Console).RunAsync(
    result.GetValue(orders)!, new()
    {
        State = result.GetValue(state) ?? new FileInfo(Path.Combine(result.GetValue(data)!, "replay-state.jsonl")),
        Invoices = result.GetValue(invoices),
        Parallel = result.GetValue(parallel),
        Import = !result.GetValue(noImport),
        Report = result.GetValue(report),
    }, cancellationToken), cancellationToken));
AddVerb(replay);

var verify = new Command("verify", "Check the invariants from the database and the vendors' ledgers.");
verify.SetAction((result, cancellationToken) => VerifyVerb.RunAsync(Options(result), cancellationToken));
AddVerb(verify);

var overlap = new Option<int>("--overlap") { DefaultValueFactory = _ => 300, Description = "Seconds for which the old keys go on; at most 300." };
var publishable = new Option<bool>("--publishable") { Description = "Publishable keys too; storefronts have to be told in time." };
var secretKey = new Option<string?>("--key") { Description = "A secret key with the scope *; the demo's otherwise." };
var rotate = new Command("rotate-keys", "Make every key anew, in the open shop, and show the new access keys once.") { overlap, publishable, secretKey };
rotate.SetAction((result, cancellationToken) => Shop.WithHubAsync(Options(result), hub => new RotateKeysVerb(hub, Console.Out, result.GetValue(secretKey) is { } key ? new HubKeys(Secret: key) : new()).RunAsync(
    result.GetValue(overlap), result.GetValue(publishable), cancellationToken), cancellationToken));
AddVerb(rotate);

var name = new Argument<string>("NAME") { Description = "Such as acme; the connector's id." };
var kind = new Option<string>("--port") { Required = true, Description = $"What it does: {string.Join(", ", NewConnector.Ports)}." };
var output = new Option<DirectoryInfo?>("--output") { Description = "Where the project is written; ./NAME otherwise." };
var create = new Command("new", "Write the beginning of a connector of your own.") { name, kind, output };
create.SetAction((result, cancellationToken) => new NewConnector(
    result.GetValue(name)!, result.GetValue(kind)!, result.GetValue(output) ?? new DirectoryInfo(result.GetValue(name)!)).RunAsync(cancellationToken));
root.Add(new Command("connector", "Connectors of your own.") { create });

return await root.Parse(args).InvokeAsync();
