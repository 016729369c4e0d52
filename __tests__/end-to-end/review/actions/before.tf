# One object for each thing that Terraform can do with it.
resource "terraform_data" "stays" { input = "a" }
resource "terraform_data" "updated" { input = "old" }
resource "terraform_data" "replaced" {
  input            = "x"
  triggers_replace = ["one"]
}
resource "terraform_data" "deleted" { input = "gone" }
resource "terraform_data" "forgotten" { input = "f" }
resource "terraform_data" "old_name" { input = "m" }
resource "terraform_data" "old_name_too" { input = "m2" }
resource "terraform_data" "tainted" { input = "t" }
resource "terraform_data" "counted" {
  count = 2
  input = count.index
}
resource "terraform_data" "each" {
  for_each = toset(["a", "b|`@<!--"])
  input    = each.key
}
resource "terraform_data" "triggered" {
  lifecycle { replace_triggered_by = [terraform_data.updated] }
}
resource "terraform_data" "left" { input = "v1" }

output "plain" { value = "one" }
output "hidden" {
  value     = "hidden-output-1"
  sensitive = true
}
