// imports the file that imports it
import "./import_circle.scm"
fn round_about(x) = x
