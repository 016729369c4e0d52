module "pool" {
  source = "./pool"
  count  = 1
}

output "client_id" {
  value = module.pool[0].client_id
}

output "user_pool_id" {
  value = module.pool[0].user_pool_id
}
