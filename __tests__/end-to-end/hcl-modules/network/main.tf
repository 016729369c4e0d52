variable "zones" {
  type = map(object({ number = number, public = optional(bool, true) }))
}
variable "nat" {
  type = bool
}

locals {
  vpc_id = try(aws_vpc.this[0].id, "")
  public = { for zone, one in var.zones : zone => one if one.public }
}

resource "aws_vpc" "this" {
  count                = 1
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "this" {
  vpc_id = local.vpc_id
}

resource "aws_subnet" "public" {
  for_each          = local.public
  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, each.value.number)
}

resource "aws_subnet" "private" {
  for_each          = var.zones
  vpc_id            = local.vpc_id
  availability_zone = each.key
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, each.value.number + 100)
}

resource "aws_eip" "nat" {
  count = var.nat ? 1 : 0
}

resource "aws_nat_gateway" "this" {
  count         = var.nat ? 1 : 0
  subnet_id     = values(aws_subnet.public)[0].id
  allocation_id = aws_eip.nat[0].allocation_id
  depends_on    = [aws_internet_gateway.this]
}

locals {
  tables = {
    public  = { gateway_id = aws_internet_gateway.this.id }
    private = { nat_gateway_id = one(aws_nat_gateway.this[*].id) }
  }
}

resource "aws_route_table" "this" {
  for_each = toset(["public", "private"])
  vpc_id   = local.vpc_id

  dynamic "route" {
    for_each = { for name, one in local.tables : name => one if name == each.key && (name == "public" || var.nat) }
    content {
      cidr_block     = "0.0.0.0/0"
      gateway_id     = lookup(route.value, "gateway_id", null)
      nat_gateway_id = lookup(route.value, "nat_gateway_id", null)
    }
  }
}

resource "aws_route_table_association" "this" {
  for_each       = { for name in flatten([for kind in ["public", "private"] : [for zone in keys(var.zones) : "${kind}/${zone}"]]) : name => split("/", name) }
  route_table_id = aws_route_table.this[each.value[0]].id
  subnet_id      = each.value[0] == "public" ? aws_subnet.public[each.value[1]].id : aws_subnet.private[each.value[1]].id
}

output "vpc_id" {
  value = local.vpc_id
}

output "subnets" {
  value = {
    public  = [for one in aws_subnet.public : one.id]
    private = [for one in aws_subnet.private : one.id]
  }
}
