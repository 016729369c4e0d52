resource "terraform_data" "stays" { input = "a" }
resource "terraform_data" "updated" { input = "new" }
resource "terraform_data" "replaced" {
  input            = "x"
  triggers_replace = ["two"]
}
removed {
  from = terraform_data.forgotten
  lifecycle { destroy = false }
}
moved {
  from = terraform_data.old_name
  to   = terraform_data.new_name
}
moved {
  from = terraform_data.old_name_too
  to   = terraform_data.new_name_too
}
resource "terraform_data" "new_name" { input = "m" }
resource "terraform_data" "new_name_too" { input = "m3" }
resource "terraform_data" "tainted" { input = "t" }
resource "terraform_data" "counted" {
  count = 1
  input = count.index
}
resource "terraform_data" "each" {
  for_each = toset(["b|`@<!--"])
  input    = "${each.key}!"
}
resource "terraform_data" "triggered" {
  lifecycle { replace_triggered_by = [terraform_data.updated] }
}
resource "terraform_data" "left" { input = "v1" }

import {
  to = terraform_data.imported
  id = "imported-id"
}
import {
  to = terraform_data.imported_as_is
  id = "imported-id-too"
}
resource "terraform_data" "imported" { input = "i" }
resource "terraform_data" "imported_as_is" {}

resource "terraform_data" "created" { input = "c" }
data "terraform_remote_state" "read" {
  backend = "local"
  config  = { path = terraform_data.created.output }
}
check "input" {
  assert {
    condition     = terraform_data.stays.input == "b"
    error_message = "The input is not b."
  }
}

output "plain" { value = "two" }
output "hidden" {
  value     = "hidden-output-2"
  sensitive = true
}
output "fresh" { value = terraform_data.created.id }
