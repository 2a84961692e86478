//! Small pieces of HTML: escaped text, figures that keep their exact value, tables, sections.
use crate::report::number::{percent, short};

/// Text that is safe inside elements and attributes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A number for people that keeps its exact value for programs.
pub fn figure(value: f64) -> String {
    format!("<data value=\"{value}\">{}</data>", short(value))
}

/// The range of a figure, where it has one: ` (80 to 95)`.
pub fn spread(low: Option<f64>, high: Option<f64>) -> String {
    low.zip(high).map_or_else(String::new, |(low, high)| format!(" ({} to {})", figure(low), figure(high)))
}

/// A number with its unit.
pub fn quantity(value: f64, unit: &str) -> String {
    format!("{}&nbsp;{}", figure(value), escaped(unit))
}

/// A share as a percentage.
pub fn share(value: f64) -> String {
    format!("<data value=\"{value}\">{}</data>", percent(value))
}

/// Cells are HTML already; columns listed in `right` hold numbers.
pub fn table(caption: &str, header: &[&str], rows: &[Vec<String>], right: &[usize]) -> String {
    let class = |column: usize| if right.contains(&column) { " class=\"n\"" } else { "" };
    let mut html = format!("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escaped(caption));
    for (column, title) in header.iter().enumerate() {
        html += &format!("<th scope=\"col\"{}>{}</th>", class(column), escaped(title));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for (column, cell) in row.iter().enumerate() {
            html += &format!("<td{}>{cell}</td>", class(column));
        }
        html += "</tr>";
    }
    html + "</tbody></table></div>"
}

/// A section with its heading.
pub fn section(id: &str, title: &str, body: &str) -> String {
    format!("<section id=\"{id}\"><h2>{}</h2>{body}</section>\n", escaped(title))
}

/// A paragraph.
pub fn paragraph(text: &str) -> String {
    format!("<p>{text}</p>")
}

/// A picture with its title and what it shows.
pub fn picture(title: &str, note: &str, svg: &str) -> String {
    let note = if note.is_empty() { String::new() } else { format!("<p class=\"note\">{note}</p>") };
    format!("<figure><figcaption>{}</figcaption>{svg}{note}</figure>", escaped(title))
}
