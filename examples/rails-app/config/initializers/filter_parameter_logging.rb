Rails.application.config.filter_parameters += %i[passw code secret token _key]
